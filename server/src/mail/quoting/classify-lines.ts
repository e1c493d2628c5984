import {
  attributionStart,
  attributionVerb,
  bareOriginalMessage,
  forwardedSeparator,
  headerFields,
  inlineReplyNotice,
  isSentFrom,
  narratedWrote,
  originalMessageSeparator,
  sentField,
  verblessAttribution,
} from './quote-patterns.ts';

/**
 * One line of a message. `quoted`: it is marked as quoted, by ">" or by an element in HTML. `cut`: the
 * mail program marks everything from here on as quoted. `signature`: it is marked as a signature.
 */
export type Line = { text: string; quoted: boolean; cut?: boolean; signature?: boolean };
export type LineKind = 'own' | 'quoted' | 'signature';

/** A message of more lines is shown in full. */
const maxLines = 50_000;
/** In characters. Of longer lines only the beginning is examined: no attribution or header is that long. */
const maxLineLength = 400;

/** An attribution of only date and sender: `26.06.2014, 14:41, "Ana" <a@x.com>:` */
const bareAttribution = /^\s*.{0,40}\d{4}.{0,40}\d{1,2}:\d{2}.*[<(][^\s<>()]+@[^\s<>()]+[>)]\s*[:：]\s*$/;
/** A colon, or dashes around the line, as Zoho writes it. */
const attributionEnd = /[:：]$|^-{2,}.* -{2,}$/;
/** A date with its year, in any script's digits; a time of day; an address in brackets. */
const datePattern =
  /\b\d{4}\b|\d{4}年|\d{4}년|\d{1,2}\. ?\d{1,2}\. ?\d{2,4}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|[۰-۹]{4}/;
const timePattern = /[\d۰-۹]{1,2}[:.][\d۰-۹]{2}/;
const addressPattern = /[<([][^<>()[\]\s]*[^\s<>@]@[^\s<>@]+[>)\]]/;
/** Bidirectional control characters, which programs in Hebrew and Arabic write in many places. */
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const horizontalRule = /^[\s*]*[-_=*]{5,}[\s*]*$/;
const signatureDelimiter = /^-- ?$/;
const maxSignatureLines = 12;

/**
 * Classifies every line. All lines are `own` if answers are between quotations, because they make no
 * sense without the questions, or if nothing else would be left. So are lines after a forwarding header.
 */
export function classifyLines(lines: Line[]): LineKind[] {
  if (lines.length > maxLines) return new Array<LineKind>(lines.length).fill('own');
  const kinds: LineKind[] = lines.map(({ quoted }) => (quoted ? 'quoted' : 'own'));
  const text = (index: number) => lines[index]?.text.slice(0, maxLineLength) ?? '';
  const end = lines.findIndex((_, index) => forwardedSeparator.test(text(index)));
  const limit = end < 0 ? lines.length : end;
  kinds.fill('own', limit);
  let cut = limit;
  const nextNonBlank = nextNonBlankLines(lines);
  const lastQuoted = kinds.lastIndexOf('quoted');
  for (let index = 0; index < limit; index += 1) {
    if (kinds[index] === 'quoted' || text(index).trim() === '') continue;
    const bareSeparator =
      bareOriginalMessage.test(text(index)) && isHeaderField(text(nextNonBlank[index + 1] ?? lines.length));
    if (
      lines[index]!.cut ||
      bareSeparator ||
      originalMessageSeparator.test(text(index)) ||
      isHeaderBlock(lines, index)
    ) {
      cut = index;
      while (cut > 0 && (text(cut - 1).trim() === '' || horizontalRule.test(text(cut - 1)))) cut -= 1;
      break;
    }
    const after = (length: number) => nextNonBlank[index + length] ?? lines.length;
    const length = attributionAt(
      lines,
      index,
      (count) => after(count) < limit && kinds[after(count)] === 'quoted',
    );
    if (length === 0) continue;
    const next = after(length);
    if (next < limit && kinds[next] === 'quoted') {
      kinds.fill('quoted', index, next);
      index = next;
    } else if (index > lastQuoted && /@|\d{1,2}[:.]\d{2}/.test(joined(lines, index, length))) {
      // Some programs do not mark what they quote.
      cut = index;
      break;
    }
  }
  const own = lines
    .slice(0, cut < limit ? Math.min(cut, 40) : 0)
    .filter((_, index) => kinds[index] === 'own');
  // Without marks, questions and answers in the quoted text cannot be told apart.
  if (own.some(({ text }) => inlineReplyNotice.test(text.slice(0, maxLineLength)))) cut = limit;
  kinds.fill('quoted', cut, limit);
  findSignature(lines, kinds);
  const hasOwn = kinds.some((kind, index) => kind === 'own' && text(index).trim() !== '');
  if (!hasOwn || hasInlineReplies(lines, kinds)) return kinds.fill('own');
  return kinds;
}

/** The number of lines, up to four, of the attribution ("On …, Ana wrote:") that begins at `index`; 0 for none. */
function attributionAt(lines: Line[], index: number, quotedAfter: (length: number) => boolean): number {
  for (let length = 1; length <= 4; length += 1) {
    const last = lines[index + length - 1];
    if (!last || last.text.trim() === '' || (last.quoted && length > 1)) return 0;
    if (!/[:：-][^\p{L}\p{N}]{0,5}$/u.test(last.text.slice(0, maxLineLength))) continue;
    if (!attributionEnd.test(plainText(last.text))) continue;
    const quoted = quotedAfter(length);
    if (!isAttribution(joined(lines, index, length), quoted)) continue;
    if (length === 1 || !isAttribution(joined(lines, index + 1, length - 1), quoted)) return length;
    // The following lines are an attribution without the first line, so it must itself begin like one.
    const first = plainText(lines[index]!.text);
    const next = plainText(lines[index + 1]!.text);
    const dated = datePattern.exec(first);
    const beginsAttribution =
      attributionStart.test(first) ||
      ((index === 0 || lines[index - 1]!.text.trim() === '') &&
        dated !== null &&
        dated.index <= 20 &&
        timePattern.test(first));
    const nextStarts = attributionStart.test(next) && datePattern.test(next);
    const needed = addressPattern.test(first) && !addressPattern.test(joined(lines, index + 1, length - 1));
    return beginsAttribution && (needed || !nextStarts) ? length : 0;
  }
  return 0;
}

/** Whether a text is an attribution. If no quoted line follows, stronger evidence is required. */
function isAttribution(text: string, quotedAfter: boolean): boolean {
  if (text.length > maxLineLength || !attributionEnd.test(text) || text.startsWith('<')) return false;
  const verb = attributionVerb.test(text) && !narratedWrote.test(text);
  const dated = datePattern.test(text) || /\d/.test(text.replace(/<[^>]*>/g, ''));
  const address = addressPattern.test(text) || /\S@\S+[:：]$/.test(text);
  if (bareAttribution.test(text)) return true;
  const exact = datePattern.test(text) && timePattern.test(text);
  if (!quotedAfter) return verb && dated && (address || (exact && attributionStart.test(text)));
  if (verb) return dated || address || /^"?\p{Lu}[^.!?]{1,60}$/u.test(text);
  return (address && exact) || (verblessAttribution.test(text) && text.length < 120);
}

function plainText(text: string): string {
  return text.slice(0, maxLineLength).replace(directionMarks, '').trim();
}

function joined(lines: Line[], from: number, length: number): string {
  return lines
    .slice(from, from + length)
    .map(({ text }) => plainText(text))
    .join(' ');
}

/** For every line, the index of the first line from there on that is not blank. */
function nextNonBlankLines(lines: Line[]): number[] {
  const places: number[] = new Array(lines.length);
  let next = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (lines[index]!.quoted || lines[index]!.text.trim() !== '') next = index;
    places[index] = next;
  }
  return places;
}

function isHeaderField(line: string): boolean {
  return headerFields.some((pattern) => pattern.test(line));
}

/** From, Subject and one of Date and To together, as Outlook writes them before what it quotes. */
function isHeaderBlock(lines: Line[], index: number): boolean {
  if (!isHeaderField(lines[index]!.text.slice(0, maxLineLength))) return false;
  const found = new Set<number>();
  let seen = 0;
  let sent = false;
  for (let at = index; at < lines.length && at < index + 14 && seen < 8; at += 1) {
    const line = lines[at]!.text.slice(0, maxLineLength);
    if (line.trim() === '') continue;
    seen += 1;
    sent ||= sentField.test(line);
    for (const [which, pattern] of headerFields.entries()) if (pattern.test(line)) found.add(which);
  }
  // Without a subject, a field "Sent" is required, because forms may have fields From, To and Date.
  return found.has(0) && found.size >= 3 && (found.has(1) || sent);
}

/** Marks the signature at the end of the own lines: after "-- " (RFC 3676 §4.3), "Sent from my …", or a list footer. */
function findSignature(lines: Line[], kinds: LineKind[]): void {
  const own = kinds.flatMap((kind, index) =>
    kind === 'own' && lines[index]!.text.trim() !== '' ? [index] : [],
  );
  const last = own.at(-1);
  if (last === undefined) return;
  const lastLines = own.slice(-maxSignatureLines);
  const start =
    lastLines.find((index) => signatureDelimiter.test(lines[index]!.text)) ??
    lastLines.find((index) => /^_{20,}\s*$/.test(lines[index]!.text) && index !== last) ??
    findMarkedSignature(lines, own) ??
    lastLines
      .slice(-3)
      .find(
        (index) =>
          isSentFrom(lines[index]!.text.slice(0, maxLineLength)) && onlyLinksAfter(lines, own, index),
      );
  if (start === undefined) return;
  for (let index = start; index < lines.length; index += 1)
    if (kinds[index] === 'own') kinds[index] = 'signature';
}

/** Where the signature marked by the program begins, if only marked lines follow. */
function findMarkedSignature(lines: Line[], own: number[]): number | undefined {
  const lastUnmarked = own.findLastIndex((index) => !lines[index]!.signature);
  return own[lastUnmarked + 1];
}

function onlyLinksAfter(lines: Line[], own: number[], index: number): boolean {
  return own.filter((each) => each > index).every((each) => /^\W*https?:\/\/\S+\W*$/.test(lines[each]!.text));
}

/** Whether own text is between two quotations. */
function hasInlineReplies(lines: Line[], kinds: LineKind[]): boolean {
  const isNonBlank = (index: number) => lines[index]!.text.trim() !== '';
  const first = kinds.indexOf('quoted');
  const last = kinds.lastIndexOf('quoted');
  return kinds.some(
    (kind, index) => kind === 'own' && index > first && index < last && first >= 0 && isNonBlank(index),
  );
}
