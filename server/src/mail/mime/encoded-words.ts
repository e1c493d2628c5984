import { decodeCharset } from './charsets.ts';
import { guessCharset } from './guess-charset.ts';
import { decodeBase64, decodeQuotedPrintable } from './transfer-encodings.ts';
import { decodeUnlabelled, isUtf8 } from './unlabelled-text.ts';

/**
 * Header values are strings with one character for each byte ("latin1") until their encoded words
 * are found, because real mail has raw bytes inside and around them.
 */
type Segment = { kind: 'plain'; bytes: string } | EncodedWord;
type EncodedWord = { kind: 'word'; charset: string; encoding: string; content: string };

/**
 * Decodes a header value (one character for each byte) to text: its encoded words (RFC 2047 §4), and raw bytes
 * as UTF-8 or what else they look like; `hint` is a character set that the message names elsewhere. Never throws.
 */
export function decodeHeader(value: string, hint = ''): string {
  return withoutControls(decodeSegments(segments(value), rawDecoder(value, hint)));
}

/** Control characters, line ends among them, as spaces: a header value has none, but an encoded word can bring them. */
export function withoutControls(text: string): string {
  return text.replace(/(?:[^\P{Cc}\t]|[\u2028\u2029])+/gu, ' ');
}

/** The character sets of the encoded words in a header value. */
export function charsetsIn(value: string): string[] {
  return segments(value).flatMap((segment) => (segment.kind === 'word' ? [segment.charset] : []));
}

/**
 * Replaces the encoded words of a value by private-use characters that mean nothing in the syntax of
 * addresses and parameters; `unmask` puts the decoded text in their place and decodes the rest. So a
 * comma inside an encoded name does not split an address list (RFC 2047 §6.2).
 */
export function maskEncodedWords(
  value: string,
  hint = '',
): { masked: string; unmask: (text: string) => string } {
  const decodePlain = rawDecoder(value, hint);
  const runs: Segment[][] = [];
  let masked = '';
  let run: Segment[] = [];
  const flush = () => {
    if (run.length === 0) return;
    masked += `\ue000${runs.push(run) - 1}\ue001`;
    run = [];
  };
  for (const segment of segments(value)) {
    if (segment.kind === 'word') {
      run.push(segment);
    } else {
      flush();
      masked += segment.bytes;
    }
  }
  flush();
  // Marks become adjacent where quotation marks or the names of parameter sections between them were removed.
  const unmask = (text: string) =>
    text
      .split(/((?:\ue000\d+\ue001)+)/)
      .map((piece) =>
        piece.startsWith('\ue000')
          ? decodeSegments(
              [...piece.matchAll(/\d+/g)].flatMap(([index]) => runs[Number(index)] ?? []),
              decodePlain,
            )
          : decodePlain(piece),
      )
      .join('');
  return { masked, unmask };
}

/**
 * Decodes a text that is nothing but encoded words, as a program leaves it that encodes a value twice. A text
 * that only contains an encoded word is kept: it may be about one.
 */
export function decodeNested(text: string, depth = 1): string {
  const found = segments(Buffer.from(text).toString('latin1'));
  const isNested = found.length > 0 && found.every(({ kind }) => kind === 'word');
  return isNested ? decodeSegments(found, (bytes) => bytes, depth) : text;
}

/** Trims ASCII white space only: in a string of bytes, 0xA0 may be part of a UTF-8 character. */
export function trimBytes(value: string): string {
  return value.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}

/** Splits a value at its encoded words and drops the white space between two of them (RFC 2047 §6.2). */
function segments(value: string): Segment[] {
  const found: Segment[] = [];
  const opening = /=\?[ \t]?([^?\s]{1,80})[ \t]?\?[ \t]?([bq])[ \t]?\?/gi;
  let plainFrom = 0;
  for (let match = opening.exec(value); match; match = opening.exec(value)) {
    const contentFrom = match.index + match[0].length;
    const isQ = match[2]!.toLowerCase() === 'q';
    const end = endOfWord(value, contentFrom, isQ);
    if (end < 0) break;
    const between = value.slice(plainFrom, match.index);
    if (between && !(found.at(-1)?.kind === 'word' && /^[ \t\r\n]*$/.test(between))) {
      found.push({ kind: 'plain', bytes: between });
    }
    const content = value.slice(contentFrom, end);
    // RFC 2231 §5: a language may follow the character set.
    const charset = match[1]!.split('*')[0]!;
    found.push({ kind: 'word', charset, encoding: match[2]!.toLowerCase(), content });
    plainFrom = Math.min(end + 2, value.length);
    opening.lastIndex = plainFrom;
  }
  if (plainFrom < value.length) found.push({ kind: 'plain', bytes: value.slice(plainFrom) });
  return found;
}

/**
 * The index where the content of an encoded word ends; -1 if it has no end. In quoted-printable, a question mark
 * that a program left as it is may stand before an escape. A word that was cut off ends with the value if it
 * has an escape, or is base64 to its end.
 */
function endOfWord(value: string, from: number, isQ: boolean): number {
  const end = value.indexOf('?=', from);
  if (end < 0) {
    const start = value.slice(from, from + 1_000);
    const isCut = isQ
      ? !/[\s?]/.test(start) && /=[0-9a-f]{2}/i.test(start)
      : /^[A-Za-z0-9+/]{8,}={0,2}$/.test(start);
    return isCut ? value.length : -1;
  }
  if (!isQ || !/^[0-9a-f]{2}/i.test(value.slice(end + 2, end + 4))) return end;
  const rest = /^[^\s?]{0,200}\?=/.exec(value.slice(end + 2, end + 300));
  return rest ? end + rest[0].length : end;
}

/**
 * The text of adjacent words in one character set. Each word is decoded by itself and the bytes are
 * joined before the character set is applied, because programs split a multibyte character between
 * two words (RFC 2047 §5 forbids it). Other programs split the encoded text itself, within a base64
 * group or an escape: then the encoded texts are joined first.
 */
function decodeWords(words: EncodedWord[], depth: number): string {
  const text = decodeWordsOnce(words);
  return depth < maxWordNesting && text.includes('=?') ? decodeNested(text, depth + 1) : text;
}

const maxWordNesting = 3;

function decodeWordsOnce(words: EncodedWord[]): string {
  const { charset } = words[0]!;
  const decode = (list: EncodedWord[]) => decodeCharset(Buffer.concat(list.map(bytesOf)), charset);
  const text = decode(words);
  if (words.every(isComplete) && !text.includes(replacementCharacter)) return text;
  const rejoined = decode(rejoinSplit(words));
  return rejoined.includes(replacementCharacter) ? text : rejoined;
}

const replacementCharacter = '\ufffd';

function bytesOf({ encoding, content }: EncodedWord): Buffer {
  return encoding === 'b'
    ? decodeBase64(Buffer.from(base64Letters(content), 'latin1'))
    : decodeQuotedPrintable(Buffer.from(content.replaceAll('_', ' '), 'latin1'));
}

/** Whether a word can have been encoded by itself: no bits are left over (RFC 4648 §3.5), no escape is cut. */
function isComplete({ encoding, content }: EncodedWord): boolean {
  if (encoding === 'q') return !endsInEscape(content);
  const letters = base64Letters(content);
  const rest = letters.endsWith('=') ? 0 : letters.length % 4;
  if (rest === 2) return /[AQgw]$/.test(letters.slice(-1));
  return rest === 0 || (rest === 3 && /[AEIMQUYcgkosw048]$/.test(letters.slice(-1)));
}

function endsInEscape(content: string): boolean {
  return /=[0-9a-f]?$/i.test(content.slice(-2));
}

function base64Letters(content: string): string {
  return content.replace(/[^A-Za-z0-9+/=]+/g, '');
}

/** Appends to each word that ends within a base64 group or an escape the words that follow in its encoding. */
function rejoinSplit(words: EncodedWord[]): EncodedWord[] {
  const groups: EncodedWord[][] = [];
  let open: string | null = null;
  let lettersInGroup = 0;
  for (const word of words) {
    if (open === word.encoding) groups.at(-1)!.push(word);
    else {
      groups.push([word]);
      lettersInGroup = 0;
    }
    const letters = base64Letters(word.content);
    lettersInGroup = (lettersInGroup + letters.length) % 4;
    const isOpen: boolean =
      word.encoding === 'b' ? lettersInGroup !== 0 && !letters.endsWith('=') : endsInEscape(word.content);
    open = isOpen ? word.encoding : null;
  }
  return groups.map((group) => ({ ...group[0]!, content: group.map(({ content }) => content).join('') }));
}

/** Adjacent words in one character set are decoded together. */
function decodeSegments(list: Segment[], decodePlain: (bytes: string) => string, depth = 0): string {
  let text = '';
  for (let index = 0; index < list.length; index += 1) {
    const segment = list[index]!;
    if (segment.kind === 'plain') {
      text += decodePlain(segment.bytes);
      continue;
    }
    const words = [segment];
    for (
      let next = list[index + 1];
      next?.kind === 'word' && sameCharset(next, segment);
      next = list[index + 1]
    ) {
      words.push(next);
      index += 1;
    }
    text += decodeWords(words, depth);
  }
  return text;
}

function sameCharset(one: { charset: string }, other: { charset: string }): boolean {
  return one.charset.toLowerCase() === other.charset.toLowerCase();
}

/** Decodes the raw bytes of a value, or of pieces of it, in one character set for all. */
function rawDecoder(value: string, hint: string): (bytes: string) => string {
  let charset: string | null = null;
  return (bytes) => {
    // ISO-2022 has escape sequences in ASCII.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
    if (/^[\u0000-\u001a\u001c-\u007f]*$/.test(bytes)) return bytes;
    const buffer = Buffer.from(bytes, 'latin1');
    if (isUtf8(buffer)) return decodeUnlabelled(buffer);
    charset ??= guessCharset(Buffer.from(value, 'latin1'), hint);
    return decodeCharset(buffer, charset);
  };
}
