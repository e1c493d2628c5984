import iconv from 'iconv-lite';
import { decodeBytes } from './decode-bytes.ts';
import { countZeros, decodeUnlabelled, decodeWronglyLabelled, isUtf8 } from './unlabelled-text.ts';

/** Labels (letters and digits only) that do not reliably say how bytes above 127 are encoded. */
const uninformativeLabels = new Set(
  ' ascii usascii ansix341968 ansix341986 iso646us iso646irv csascii 7bit 8bit 20127 cp20127 unknown8bit xunknown unknown default defaultcharset none binary base64 quotedprintable hex internal utf8 utf8mb4 65001 cp65001 unicode11utf8 unicode20utf8'.split(
    ' ',
  ),
);

/** Labels (letters and digits only) found in real mail that neither the WHATWG list nor iconv-lite has. */
const aliases: Record<string, string> = {
  ansi: 'windows-1252',
  windows1252httpequivcontenttype: 'windows-1252',
  iso88591windows31latin1: 'iso-8859-1',
  csiso88591: 'iso-8859-1',
  '88591': 'iso-8859-1',
  iso885912: 'iso-8859-1',
  mscp932: 'shift_jis',
  macjapanese: 'shift_jis',
  sjismac: 'shift_jis',
  ujis: 'euc-jp',
  eucjpms: 'euc-jp',
  cp51932: 'euc-jp',
  iso2022jp1: 'iso-2022-jp',
  iso2022jp2: 'iso-2022-jp',
  iso2022jp3: 'iso-2022-jp',
  iso2022jp2004: 'iso-2022-jp',
  iso2022jpms: 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
  cp50222: 'iso-2022-jp',
  jis: 'iso-2022-jp',
  uhc: 'euc-kr',
  mscp949: 'euc-kr',
  ksc5601: 'euc-kr',
  macsimpchinese: 'gbk',
  gb231280: 'gbk',
  cngb: 'gbk',
  cnbig5: 'big5',
  macce: 'maccenteuro',
  macicelandic: 'maciceland',
  macromanian: 'macroman',
  cp10000: 'macintosh',
  cp10029: 'maccenteuro',
  cp10006: 'macgreek',
  cp10007: 'x-mac-cyrillic',
  sjiswin: 'shift_jis',
  shiftjisx0213: 'shift_jis',
  shiftjis2004: 'shift_jis',
  cp943: 'shift_jis',
  cp943c: 'shift_jis',
};

/** In characters; the names of character sets are shorter. */
const maxLabelLength = 100;

/**
 * Decodes bytes in the character set that a message names. Never throws: with an unknown or missing label, or one
 * that plainly is not what the bytes are, see unlabelled-text.ts. `hint` is a character set that the message names
 * elsewhere; empty if there is none.
 */
export function decodeCharset(bytes: Uint8Array, label: string, hint = ''): string {
  const name = label
    .trim()
    .split(/[,;\s]/)[0]!
    .slice(0, maxLabelLength)
    .replace(/^["']+|(?<!["'])["']+$/g, '')
    .toLowerCase();
  const bare = name.replace(/^x-/, '').replace(/[^a-z0-9]/g, '');
  if (uninformativeLabels.has(bare)) return decodeUnlabelled(bytes, hint);
  // RFC 2152. WHATWG leaves UTF-7 out on purpose, but mail still uses it.
  if (/^(unicode\d*|cp65000)?(utf7)?(imap)?$/.test(bare) && /utf7|65000/.test(bare)) return decodeUtf7(bytes);
  if (/^(utf16|ucs2|iso10646ucs2|csunicode|unicode|cp1200|1200)(le|be)?$/.test(bare))
    return decodeUtf16(bytes, bare);
  if (bare === 'hzgb2312' || bare === 'hz') return decodeShifted(bytes, '~{', '~}', 'gbk');
  if (bare === 'iso2022kr' || bare === 'csiso2022kr') return decodeShifted(bytes, '\x0e', '\x0f', 'euc-kr');
  if (bare === 'iso2022cn' || bare === 'iso2022cnext') return decodeShifted(bytes, '\x0e', '\x0f', 'gbk');
  const candidates = [name, name.replace(/^x-/, ''), aliases[bare], ...nameVariants(bare)].filter(Boolean);
  for (const candidate of candidates) {
    const decoder = whatwg(candidate!);
    if (decoder) {
      return decodeWronglyLabelled(bytes, decoder.encoding, hint) ?? decodeBytes(bytes, decoder.encoding);
    }
    if (iconv.encodingExists(candidate!)) return iconv.decode(Buffer.from(bytes), candidate!);
  }
  return decodeUnlabelled(bytes, hint);
}

/** Whether a label says how bytes above 127 are encoded; it does not if it names UTF-8 or ASCII, which many programs write always. */
export function isInformative(label: string): boolean {
  const bare = label
    .toLowerCase()
    .replace(/^[\s"']*(x-)?/, '')
    .replace(/[^a-z0-9]/g, '');
  return !uninformativeLabels.has(bare);
}

/** The usual labels for a spelling without hyphens, with leading zeros or with a vendor's prefix. */
function nameVariants(bare: string): string[] {
  const number = /^(?:cp|ibm|oem|dos|codepage|csibm|ccsid|ms|windows|win)?0*(\d{3,5})$/.exec(bare)?.[1];
  const latin = /^iso8859(\d{1,2})[ei]?$/.exec(bare)?.[1] ?? /^8859(\d{1,2})$/.exec(bare)?.[1];
  return [
    ...(latin ? [`iso-8859-${latin}`] : []),
    ...(number ? [`windows-${number}`, `cp${number}`] : []),
    bare,
  ];
}

function whatwg(name: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(name);
  } catch {
    return null;
  }
}

function decodeUtf7(bytes: Uint8Array): string {
  // UTF-7 has no bytes above 127.
  if (bytes.some((byte) => byte > 127)) return decodeUnlabelled(bytes);
  return stripByteOrderMark(iconv.decode(Buffer.from(bytes), 'utf7'));
}

/**
 * Decodes UTF-16 by its byte order mark, else by the position of its zero bytes (ASCII characters
 * have one each): the default of RFC 2781 §4.3 is big-endian, but Windows writes little-endian.
 * Valid UTF-8 without any zero byte is wrongly labelled and decoded as UTF-8.
 */
function decodeUtf16(bytes: Uint8Array, bare: string): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const { even, odd } = countZeros(bytes);
  if (even + odd === 0 && isUtf8(bytes)) return decodeUnlabelled(bytes);
  const isBigEndian = even === odd ? bare.endsWith('be') || !bare.endsWith('le') : even > odd;
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence begins with ESC
const announcement = /\x1b\$[)*+][A-Z]/g;

/** Decodes 7-bit encodings that switch to double-byte characters: HZ (RFC 1843), ISO-2022-KR (RFC 1557), ISO-2022-CN (RFC 1922). */
function decodeShifted(bytes: Uint8Array, shiftIn: string, shiftOut: string, pairEncoding: string): string {
  if (bytes.some((byte) => byte > 127)) return decodeBytes(bytes, pairEncoding);
  const text = Buffer.from(bytes).toString('latin1').replace(announcement, '');
  const pieces = text.split(shiftIn);
  const decode = new TextDecoder(pairEncoding);
  const decodePairs = (run: string) =>
    decode.decode(Buffer.from(run, 'latin1').map((byte) => (byte > 0x20 ? byte | 0x80 : byte)));
  const plain = (run: string) => (shiftIn === '~{' ? run.replaceAll('~\n', '').replaceAll('~~', '~') : run);
  return pieces
    .map((piece, index) => {
      if (index === 0) return plain(piece);
      const end = piece.indexOf(shiftOut);
      return end < 0
        ? decodePairs(piece)
        : decodePairs(piece.slice(0, end)) + plain(piece.slice(end + shiftOut.length));
    })
    .join('');
}

function stripByteOrderMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
