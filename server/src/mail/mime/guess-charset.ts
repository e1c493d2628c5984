import { loadLater } from '../../load-later.ts';
import { decodeBytes } from './decode-bytes.ts';
import { oddness } from './plausible-text.ts';

const chardet = loadLater<typeof import('chardet')>('chardet');

/** More text makes no guess better (bytes). */
const sampleBytes = 16 * 1024;

/** Single-byte character sets of other scripts than Latin, with the letters that are most frequent in them. */
const frequentLetters: Record<string, string> = {
  'windows-1251': 'оеаинтсрвлкмдупяы',
  'koi8-u': 'оеаинтсрвлкмдупяы',
  ibm866: 'оеаинтсрвлкмдупяы',
  'iso-8859-5': 'оеаинтсрвлкмдупяы',
  'windows-1253': 'αοιετσνηυρπκμλόίάέής',
  'windows-1255': 'יוהלארתשמבנדח',
  'windows-1256': 'اليمونرتبعدسك',
  'windows-874': 'านรอกเงมยลดตสวทหคบัี่้ิ',
};
/** Double-byte character sets, with the lead bytes of their usual characters. */
const usualLeads: Record<string, [from: number, to: number]> = {
  gb18030: [0xb0, 0xd7],
  big5: [0xa4, 0xc6],
  'euc-kr': [0xb0, 0xc8],
  'euc-jp': [0xa4, 0xcf],
  shift_jis: [0x82, 0x97],
};
/** With windows-1252 first: it is what is meant where nothing speaks against it. */
const latin = ['windows-1252', 'windows-1250', 'iso-8859-2', 'windows-1254', 'windows-1257', 'macintosh'];

/**
 * The character set, as WHATWG names it, of bytes that are not UTF-8 and whose label says nothing, by statistics
 * over the bytes. `hint` is a character set that the message names elsewhere: it is taken if it fits.
 */
export function guessCharset(bytes: Uint8Array, hint: string): string {
  const sample = bytes.subarray(0, sampleBytes);
  const isForeign = isOfOtherScript(sample, 2);
  if (hint && fits(sample, hint, isForeign)) return hint;
  if (isForeign) return guessOtherScript(sample) ?? guessLatin(sample);
  return guessLatin(sample);
}

/** The character set of bytes labelled as Latin that are text in another script beyond doubt; else null. */
export function guessMislabelled(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, sampleBytes);
  return isOfOtherScript(sample, 6) ? guessOtherScript(sample) : null;
}

/** The double-byte character set of bytes that are text in it throughout; else null. */
export function guessDoubleByte(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, sampleBytes);
  const name = isOfOtherScript(sample, 6) ? guessOtherScript(sample) : null;
  return name && name in usualLeads ? name : null;
}

function fits(sample: Uint8Array, label: string, isForeign: boolean): boolean {
  const text = decode(sample, label);
  if (text === null || (isForeign ? isLatin(label) : isDoubleByte(label))) return false;
  const letters = text.match(/\P{ASCII}/gu)?.length ?? 0;
  return oddness(text) * 4 <= letters && oddness(text) <= oddness(decode(sample, 'windows-1252')!);
}

/** Whether a label names a character set for Latin letters only. */
export function isLatin(label: string): boolean {
  return /^(windows-125[0247]|iso-8859-([12349]|1[03456])|macintosh|us-ascii)$/.test(nameOf(label) ?? '');
}

function isDoubleByte(label: string): boolean {
  const name = nameOf(label) ?? '';
  return name === 'gbk' || name in usualLeads;
}

/**
 * Whether most bytes above 127 are in words of nothing else, or of mostly such bytes, as no language with Latin
 * letters writes them. `different`: of how many different bytes the words must consist at least, so that a row
 * of signs is no word.
 */
function isOfOtherScript(sample: Uint8Array, different: number): boolean {
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength)
    .toString('latin1')
    .replace(/<[^<>]{0,1000}>/g, ' ');
  const all = highBytes(text).length;
  let inWords = 0;
  const kinds = new Set<string>();
  for (const run of text.split(/\s+/)) {
    // The second byte of some double-byte characters is an ASCII one.
    const isMostlyHigh = run.length >= 6 && highBytes(run).length * 2 >= run.length;
    const words = isMostlyHigh
      ? run
      : (run.match(/(?<![A-Za-z\x80-\xff])[\x80-\xff]{2,}(?![A-Za-z\x80-\xff])/g) ?? []).join('');
    for (const byte of highBytes(words)) {
      inWords += 1;
      kinds.add(byte);
    }
  }
  return kinds.size >= different && inWords * 10 >= all * 6;
}

function highBytes(text: string): string {
  return text.replace(/[^\x80-\xff]+/g, '');
}

function guessOtherScript(sample: Uint8Array): string | null {
  const byLibrary = libraryGuesses(sample);
  let best: { name: string; score: number } | null = null;
  for (const name of [...Object.keys(frequentLetters), ...Object.keys(usualLeads)]) {
    const text = decode(sample, name);
    if (text === null || text.includes('\ufffd')) continue;
    const share = shareOfUsual(text, sample, name);
    const letters = text.match(/\P{ASCII}/gu)?.length ?? 1;
    const score = share + (byLibrary.get(name) ?? 0) / 100 - (2 * oddness(text)) / letters;
    if (share >= 0.35 && score > (best?.score ?? 0.4)) best = { name, score };
  }
  return best?.name ?? null;
}

/** The share, from 0 to 1, of frequent letters; of double-byte characters, that of usual ones. */
function shareOfUsual(text: string, sample: Uint8Array, name: string): number {
  const frequent = frequentLetters[name];
  const found = text.match(/\P{ASCII}/gu) ?? [];
  if (found.length === 0) return 0;
  if (frequent) {
    // Words begin with a capital at most: most letters are small.
    const points = found.map((letter) =>
      frequent.includes(letter) ? 1 : frequent.includes(letter.toLowerCase()) ? 0.8 : 0,
    );
    return points.reduce((sum: number, point) => sum + point, 0) / found.length;
  }
  const [from, to] = usualLeads[name]!;
  let usual = 0;
  for (let at = 0; at < sample.length; at += 1) {
    const lead = sample[at]!;
    if (lead < 0x80) continue;
    // Half-width katakana are single bytes, and rare in mail.
    if (name === 'shift_jis' && lead >= 0xa1 && lead <= 0xdf) continue;
    if (lead >= from && lead <= to) usual += 1;
    at += 1;
  }
  return (usual / found.length) * 0.8;
}

function guessLatin(sample: Uint8Array): string {
  const odd = latin.map((name) => oddness(decode(sample, name)!));
  const least = Math.min(...odd);
  const candidates = latin.filter((_, index) => odd[index] === least);
  const letters = sample.filter((byte) => byte > 0x7f).length;
  if (candidates.length === 1 || letters < 4) return candidates[0]!;
  if (isTurkish(sample)) return 'windows-1254';
  const byLibrary = libraryGuesses(sample);
  const confidence = (name: string) => byLibrary.get(name) ?? 0;
  const [first, ...others] = candidates as [string, ...string[]];
  const best = others.toSorted((one, other) => confidence(other) - confidence(one))[0]!;
  const isClear = confidence(best) >= 25 && confidence(best) >= 1.5 * confidence('windows-1252');
  return isClear ? best : first;
}

/** Whether bytes have the letters of Turkish, which in windows-1252 are Icelandic ones, and none that only Icelandic has. */
function isTurkish(sample: Uint8Array): boolean {
  const has = (bytes: number[]) => bytes.some((byte) => sample.includes(byte));
  return (
    has([0xdd, 0xde, 0xf0, 0xfd, 0xfe]) &&
    has([0xc7, 0xdc, 0xe7, 0xfc]) &&
    !has([0xc1, 0xc6, 0xcd, 0xd3, 0xda, 0xe1, 0xe6, 0xed, 0xf3, 0xfa])
  );
}

/** Equal for the letters of their languages: the library names the first, the second has more characters. */
const supersets: Record<string, string> = {
  'iso-8859-6': 'windows-1256',
  'iso-8859-7': 'windows-1253',
  'iso-8859-8': 'windows-1255',
  'koi8-r': 'koi8-u',
};

/** The guesses of the library: its confidence, from 0 to 100, by the WHATWG name. */
function libraryGuesses(sample: Uint8Array): Map<string, number> {
  const guesses = new Map<string, number>();
  for (const { name, confidence } of chardet().analyse(sample)) {
    const known = nameOf(name) ?? '';
    const superset = supersets[known] ?? known;
    guesses.set(superset, Math.max(confidence, guesses.get(superset) ?? 0));
  }
  return guesses;
}

function nameOf(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

function decode(bytes: Uint8Array, label: string): string | null {
  try {
    // As a part of a stream: the sample may end within a character.
    return decodeBytes(bytes, label, { isStart: true });
  } catch {
    return null;
  }
}
