import iconv from 'iconv-lite';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const lossyUtf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

/** Labels that promise nothing about bytes above 127. */
const promisesNothing = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  '7bit',
  '8bit',
  'unknown-8bit',
  'x-unknown',
  'unknown',
  'default',
  'default_charset',
  'utf-8',
  'utf8',
  'unicode-1-1-utf-8',
]);

/**
 * Bytes as text in the character set a message names. Never throws: a name nobody knows, or none, is
 * read as UTF-8 where the bytes are UTF-8, else as windows-1252, as browsers do (WHATWG Encoding).
 */
export function decodeCharset(bytes: Uint8Array, label: string): string {
  const name = label
    .trim()
    .replace(/^["']+|["']+$/g, '')
    .toLowerCase();
  if (promisesNothing.has(name)) return decodeUnlabelled(bytes);
  // RFC 2152; the WHATWG list leaves it out on purpose, but mail still carries it.
  if (/^(unicode-1-1-)?utf-?7(-imap)?$/.test(name))
    return withoutMark(iconv.decode(Buffer.from(bytes), 'utf7'));
  try {
    return new TextDecoder(name).decode(bytes);
  } catch {
    const alias = name.replace(/^x-/, '').replace(/^cp-?(\d+)$/, 'cp$1');
    if (!iconv.encodingExists(alias)) return decodeUnlabelled(bytes);
    return iconv.decode(Buffer.from(bytes), alias);
  }
}

/** Bytes without a character set: UTF-8 if they are it, else windows-1252, which gives every byte a letter. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    const lossy = lossyUtf8.decode(bytes);
    // Some good letters and some broken bytes: UTF-8 that was cut. None good: it never was UTF-8.
    return /[\u0080-\ufffc]|[\u{10000}-\u{10ffff}]/u.test(lossy) ? lossy : windows1252.decode(bytes);
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
