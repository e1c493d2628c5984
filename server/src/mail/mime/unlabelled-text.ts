import { isAscii } from 'node:buffer';
import { decodeBytes } from './decode-bytes.ts';
import { guessCharset, guessDoubleByte, guessMislabelled, isLatin } from './guess-charset.ts';
import { oddness } from './plausible-text.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
const lossyUtf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');

/**
 * Decodes bytes whose label says nothing: as UTF-8 if most of them are valid UTF-8, else by `hint`, a character
 * set that the message names elsewhere, or by statistics; without evidence as windows-1252, which has every byte.
 */
export function decodeUnlabelled(bytes: Uint8Array, hint = ''): string {
  const utf16 = utf16Label(bytes);
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  const valid = strictlyUtf8(bytes);
  if (valid !== null) return decodeSevenBit(bytes) ?? undoDoubleEncoding(valid);
  const lossy = lossyUtf8.decode(bytes);
  const [multibyte, high] = countHighBytes(bytes, lossy);
  if (multibyte * 2 < high) return decodeBytes(bytes, guessCharset(bytes, hint));
  // By chance, up to two thirds of Chinese in double bytes are UTF-8 too.
  const doubleByte = multibyte * 4 < high * 3 ? guessDoubleByte(bytes) : null;
  if (doubleByte) return decodeBytes(bytes, doubleByte);
  // Damaged UTF-8, or text in another character set that a list or a scanner added to UTF-8.
  return decodeLines(bytes, hint);
}

/**
 * The text of bytes that plainly are not what their label says: UTF-8 under the label of another character set,
 * another script under the label of Latin letters, or bytes that the character set does not have. Null if the
 * label may be right.
 */
export function decodeWronglyLabelled(bytes: Uint8Array, encoding: string, hint: string): string | null {
  if (encoding.startsWith('utf-') || isAscii(bytes)) return null;
  const labelled = decodeBytes(bytes, encoding);
  const utf8 = strictlyUtf8(bytes);
  if (utf8 !== null) return isPlainlyUtf8(bytes, utf8, labelled) ? undoDoubleEncoding(utf8) : null;
  if (isLatin(encoding)) {
    const found = guessMislabelled(bytes);
    return found && decodeBytes(bytes, found);
  }
  if (encoding === 'iso-2022-jp') return decodeUnlabelled(bytes, hint || 'shift_jis');
  const damaged = labelled.match(/\ufffd/g)?.length ?? 0;
  if (damaged * 10 < bytes.filter((byte) => byte > 0x7f).length) return null;
  const other = decodeBytes(bytes, guessCharset(bytes, hint));
  return other.includes('\ufffd') || oddness(other.slice(0, maxOddLength)) * 4 > other.length ? null : other;
}

export function isUtf8(bytes: Uint8Array): boolean {
  return strictlyUtf8(bytes) !== null;
}

function strictlyUtf8(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** More text makes no judgement better (characters). */
const maxOddLength = 100_000;

/**
 * Whether valid UTF-8 is not by chance what another character set wrote: four bytes that continue a character
 * in the right places, or a text that is odd by its label and less so as UTF-8.
 */
function isPlainlyUtf8(bytes: Uint8Array, utf8: string, labelled: string): boolean {
  const continuing = bytes.filter((byte) => byte >= 0x80 && byte < 0xc0).length;
  const odd = oddness(utf8.slice(0, maxOddLength));
  return odd < oddness(labelled.slice(0, maxOddLength)) || (continuing >= 4 && odd * 4 <= continuing);
}

/** How many bytes above 127 there are, and how many of them are part of a character in the UTF-8 text. */
function countHighBytes(bytes: Uint8Array, lossy: string): [multibyte: number, high: number] {
  const high = bytes.filter((byte) => byte > 0x7f).length;
  const characters = lossy.match(/[\u0080-\ufffc]+|[\u{10000}-\u{10ffff}]+/gu) ?? [];
  return [characters.reduce((sum, run) => sum + Buffer.byteLength(run), 0), high];
}

/** Decodes each line by itself: as UTF-8 if it has any valid multibyte character, else as those lines look. */
function decodeLines(bytes: Uint8Array, hint: string): string {
  const lines: Array<{ line: Uint8Array; text: string; isOther: boolean }> = [];
  for (let at = 0; at < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, at);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(at, end);
    const text = lossyUtf8.decode(line);
    const isOther = text.includes('\ufffd') && !/[\u0080-\ufffc]|[\u{10000}-\u{10ffff}]/u.test(text);
    lines.push({ line, text, isOther });
    at = end;
  }
  const others = lines.filter(({ isOther }) => isOther).map(({ line }) => line);
  const guessed = guessCharset(Buffer.concat(others.slice(0, 1_000)), hint);
  return lines.map(({ line, text, isOther }) => (isOther ? decodeBytes(line, guessed) : text)).join('');
}

/** Text of ISO-2022, whose escape sequences nothing else has; null for other text (RFC 1468, RFC 1557). */
function decodeSevenBit(bytes: Uint8Array): string | null {
  if (!bytes.includes(0x1b)) return null;
  const text = windows1252.decode(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with ESC
  return /\x1b\$[@B]/.test(text) ? decodeBytes(bytes, 'iso-2022-jp') : null;
}

/**
 * UTF-16 by its byte order mark, or by the zero bytes that ASCII characters have in it (one each, a quarter of a
 * text in most languages at least); null for other bytes.
 */
export function utf16Label(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const { even, odd } = countZeros(bytes);
  const [most, least] = even > odd ? [even, odd] : [odd, even];
  if (most < 2 || most * 4 < Math.min(bytes.length, zeroSampleBytes) || most < least * 10) return null;
  return even > odd ? 'utf-16be' : 'utf-16le';
}

const zeroSampleBytes = 4096;

/** How many zero bytes have an even and an odd index. */
export function countZeros(bytes: Uint8Array): { even: number; odd: number } {
  const sample = bytes.subarray(0, zeroSampleBytes);
  const zeros = { even: 0, odd: 0 };
  for (let at = sample.indexOf(0); at >= 0; at = sample.indexOf(0, at + 1))
    zeros[at % 2 === 0 ? 'even' : 'odd'] += 1;
  return zeros;
}

/** The bytes that windows-1252 has for its characters beyond ASCII. */
const bytesOf1252 = new Map(
  Array.from({ length: 128 }, (_, index) => [windows1252.decode(Uint8Array.of(index + 128)), index + 128]),
);

/** The first two of the characters that a letter beyond ASCII becomes when it is encoded twice. */
const doublyEncoded = /[ÂÃÄÅÐÑâ]\P{ASCII}/u;

/**
 * Undoes a second encoding: UTF-8 that a program took for windows-1252 and encoded again ("GrÃ¼ÃŸe"). Only where
 * so many words are written so, and none in another way, that the text is not about such an error.
 */
export function undoDoubleEncoding(text: string): string {
  if (!doublyEncoded.test(text)) return text;
  const words = text.match(/\S+/g) ?? [];
  const suspect = words.filter((word) => doublyEncoded.test(word)).length;
  const isMany = suspect >= 5 ? suspect * 10 >= words.length : suspect >= 2 && suspect * 3 >= words.length;
  if (!isMany) return text;
  const bytes: number[] = [];
  for (const character of text) {
    const byte = character <= '\u007f' ? character.charCodeAt(0) : bytesOf1252.get(character);
    if (byte === undefined) return text;
    bytes.push(byte);
  }
  return strictlyUtf8(Uint8Array.from(bytes)) ?? text;
}
