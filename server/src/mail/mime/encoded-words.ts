import { decodeCharset, decodeUnlabelled } from './charsets.ts';
import { decodeQuotedPrintable } from './transfer-encodings.ts';

/**
 * Header values are handled as strings of bytes ("latin1": one character a byte) until their
 * encoded words are known, because mail in the wild puts raw bytes inside and around them.
 */
type Segment = { kind: 'plain'; bytes: string } | EncodedWord;
type EncodedWord = { kind: 'word'; charset: string; encoding: string; content: string };

/** A header value as text: encoded words decoded (RFC 2047 §4), raw bytes read as UTF-8 or windows-1252. */
export function decodeHeader(value: string): string {
  return decodeSegments(segments(value));
}

/**
 * The encoded words of a value replaced by marks that no address or parameter syntax reacts to, and
 * the way back. So a comma inside an encoded name never splits a list (RFC 2047 §6.2).
 */
export function maskEncodedWords(value: string): { masked: string; unmask: (text: string) => string } {
  const decoded: string[] = [];
  let masked = '';
  let run: Segment[] = [];
  const flush = () => {
    if (run.length === 0) return;
    masked += `\ue000${decoded.push(decodeSegments(run)) - 1}\ue001`;
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
  const unmask = (text: string) =>
    text
      .split(/(\ue000\d+\ue001)/)
      .map((piece) =>
        piece.startsWith('\ue000') ? (decoded[Number(piece.slice(1, -1))] ?? '') : decodePlain(piece),
      )
      .join('');
  return { masked, unmask };
}

/** Without white space at the ends, where 0xA0 is a byte of a letter and no space. */
export function trimBytes(value: string): string {
  return value.replace(/^[ \t\r\n]+/, '').replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}

/** Splits a value at its encoded words; the white space between two of them goes (RFC 2047 §6.2). */
function segments(value: string): Segment[] {
  const found: Segment[] = [];
  const opening = /=\?([^?\s]{1,80})\?([bq])\?/gi;
  let plainFrom = 0;
  for (let match = opening.exec(value); match; match = opening.exec(value)) {
    const contentFrom = match.index + match[0].length;
    const end = value.indexOf('?=', contentFrom);
    if (end < 0) break;
    const between = value.slice(plainFrom, match.index);
    if (between && !(found.at(-1)?.kind === 'word' && /^[ \t\r\n]*$/.test(between))) {
      found.push({ kind: 'plain', bytes: between });
    }
    const content = value.slice(contentFrom, end);
    // RFC 2231 §5: a language may follow the character set.
    const charset = match[1]!.split('*')[0]!;
    found.push({ kind: 'word', charset, encoding: match[2]!.toLowerCase(), content });
    plainFrom = end + 2;
    opening.lastIndex = plainFrom;
  }
  if (plainFrom < value.length) found.push({ kind: 'plain', bytes: value.slice(plainFrom) });
  return found;
}

/** The bytes of words in one character set. Base64 that was cut outside a group of four goes on in the next word. */
function bytesOf(words: EncodedWord[]): Buffer {
  const decoded: Buffer[] = [];
  let base64 = '';
  for (const { encoding, content } of words) {
    if (encoding === 'b') {
      base64 += content.replace(/[^A-Za-z0-9+/=]+/g, '');
      if (base64.length % 4 !== 0 && !base64.endsWith('=')) continue;
    }
    decoded.push(Buffer.from(base64, 'base64'));
    base64 = '';
    if (encoding === 'q')
      decoded.push(decodeQuotedPrintable(Buffer.from(content.replaceAll('_', ' '), 'latin1')));
  }
  return Buffer.concat([...decoded, Buffer.from(base64, 'base64')]);
}

/** Neighbours in one character set are decoded together: some programs cut a letter in two. */
function decodeSegments(list: Segment[]): string {
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
    text += decodeCharset(bytesOf(words), segment.charset);
  }
  return text;
}

function sameCharset(one: { charset: string }, other: { charset: string }): boolean {
  return one.charset.toLowerCase() === other.charset.toLowerCase();
}

function decodePlain(bytes: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is meant
  return /^[\u0000-\u007f]*$/.test(bytes) ? bytes : decodeUnlabelled(Buffer.from(bytes, 'latin1'));
}
