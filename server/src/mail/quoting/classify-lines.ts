import { attributionAt, namesAddressOrTime } from './attributions.ts';
import { beginsHeaderBlock, couldBeHeaderField, hasColon, isHeaderField } from './header-fields.ts';
import type { Line, LineKind } from './line.ts';
import type { MessageRole } from './message-role.ts';
import {
  bareOriginalMessage,
  dashedHeading,
  forwardedHeading,
  forwardedSeparator,
  groupWiseSeparator,
  inlineReplyNotice,
  isHorizontalRule,
  originalMessageSeparator,
  replyAboveThisLine,
} from './quote-patterns.ts';
import { signatureLines } from './signature.ts';
import { beginsTabularHeader, endsWithTo } from './tabular-header.ts';

/** A message of more lines is shown in full. */
const maxLines = 50_000;
/** In characters. Of longer lines only the beginning is examined: no attribution or header is that long. */
const maxLineLength = 400;
/** How many lines above the quoted history are searched for a notice of answers inside it. */
const maxNoticeLines = 40;

/**
 * Classifies every line. All lines are `own` if answers are between quotations, because they make no
 * sense without the questions, or if nothing else would be left. So is forwarded content. In a message of
 * the role `new` nothing is quoted: what it quotes is nowhere else in the conversation.
 */
export function classifyLines(lines: Line[], role: MessageRole): LineKind[] {
  const allOwn = () => new Array<LineKind>(lines.length).fill('own');
  if (lines.length > maxLines) return allOwn();
  const reader = readerOf(lines);
  let kinds = allOwn();
  let end = lines.length;
  const answerLine = answerLineAtTop(reader);
  if (role === 'reply') ({ kinds, end } = classifyReply(reader, answerLine));
  else end = contentStart(reader, role, answerLine);
  markSignatures(lines, kinds, end);
  const hasOwn = kinds.some(
    (kind, index) => kind === 'own' && index !== answerLine && !reader.isBlank(index),
  );
  const shown = !hasOwn || hasInlineReplies(kinds, reader) ? allOwn() : kinds;
  if (answerLine !== null) shown[answerLine] = 'quoted';
  return shown;
}

type Reader = {
  lines: Line[];
  /** The beginning of a line; empty beyond the last. */
  text: (index: number) => string;
  isBlank: (index: number) => boolean;
  /** The index of the first line from there on that is not blank. */
  nonBlankFrom: (index: number) => number;
  /** Whether any line could be of a header that is a table. */
  hasTable: boolean;
};

/** Whether a text shows nothing: white space and invisible characters, which some programs put between quotations. */
function isBlankText(text: string): boolean {
  return !/[^\s\u00ad\u200b-\u200f\u2060\ufeff]/u.test(text);
}

function readerOf(lines: Line[]): Reader {
  const text = (index: number) => lines[index]?.text.slice(0, maxLineLength) ?? '';
  const places: number[] = new Array(lines.length);
  let next = lines.length;
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    if (lines[index]!.quoted || !isBlankText(lines[index]!.text)) next = index;
    places[index] = next;
  }
  return {
    lines,
    text,
    isBlank: (index) => isBlankText(lines[index]?.text ?? ''),
    nonBlankFrom: (index) => places[index] ?? lines.length,
    hasTable: lines.some((line) => endsWithTo(line.text)),
  };
}

/** How many lines without words a help desk draws above its line for answers. */
const maxLinesAboveAnswerLine = 3;

/**
 * The line at the top of a help desk's own mail above which its readers should write ("Please type your reply above
 * this line"): what follows is what the mail says. Null where there is none.
 */
function answerLineAtTop({ lines, text, nonBlankFrom }: Reader): number | null {
  let at = nonBlankFrom(0);
  for (let above = 0; above < maxLinesAboveAnswerLine && at < lines.length; above += 1) {
    if (lines[at]!.quoted) return null;
    if (replyAboveThisLine.test(text(at))) return nonBlankFrom(at + 1) < lines.length ? at : null;
    if (/[\p{L}\p{N}]/u.test(text(at))) return null;
    at = nonBlankFrom(at + 1);
  }
  return null;
}

/** The kinds of a reply's lines, without signatures; `end`: where forwarded content begins. */
function classifyReply(reader: Reader, answerLine: number | null): { kinds: LineKind[]; end: number } {
  const { lines } = reader;
  const kinds: LineKind[] = lines.map(({ quoted }) => (quoted ? 'quoted' : 'own'));
  for (const index of wrappedLines(reader)) kinds[index] = 'quoted';
  const lastQuoted = kinds.lastIndexOf('quoted');
  for (let index = 0; index < lines.length; index += 1) {
    const inQuotation = kinds[index] === 'quoted';
    if (inQuotation ? kinds[index - 1] === 'quoted' : reader.isBlank(index)) continue;
    if (isForwardedSeparator(reader, index)) {
      kinds.fill('own', index);
      return { kinds, end: index };
    }
    if (inQuotation) {
      if (groupWiseSeparator.test(reader.text(index))) {
        cutAt(reader, kinds, index);
        break;
      }
      kinds.fill('quoted', ruleAbove(reader, index), index);
      continue;
    }
    if (index !== answerLine && startsHistory(reader, index)) {
      cutAt(reader, kinds, index);
      break;
    }
    const length = attributionAt(lines, index, (count) => isQuoted(reader, index + count));
    if (length === 0) continue;
    if (isQuoted(reader, index + length)) {
      const next = reader.nonBlankFrom(index + length);
      kinds.fill('quoted', ruleAbove(reader, index), next);
      index = next;
    } else if (index > lastQuoted && namesAddressOrTime(lines, index, length)) {
      // Some programs do not mark what they quote.
      cutAt(reader, kinds, index);
      break;
    }
  }
  return { kinds, end: lines.length };
}

/** The index of the line where a message begins to forward another one; null: it does not. */
export function forwardedAt(lines: Line[]): number | null {
  if (lines.length > maxLines) return null;
  const start = contentStart(readerOf(lines), 'forward', null);
  return start < lines.length ? start : null;
}

/**
 * The rest of a long quoted line that a program broke in two without a mark on the second: a few words in
 * lower case between quoted lines, after a line that ends in mid-sentence.
 */
function wrappedLines({ lines, text }: Reader): number[] {
  return lines.flatMap(({ quoted }, index) => {
    const before = text(index - 1);
    const isRest =
      !quoted &&
      lines[index - 1]?.quoted === true &&
      lines[index + 1]?.quoted === true &&
      /^\p{Ll}.{0,29}$/u.test(text(index)) &&
      before.length >= minWrappedLength &&
      /[\p{L}\p{N},-]\s?$/u.test(before);
    return isRest ? [index] : [];
  });
}

/** In characters; programs wrap at 72 or more. */
const minWrappedLength = 66;

/**
 * Where the content begins that a forward brings, or that a new message has copied from other mail. A
 * quotation alone is no end of a new message: own words and a signature follow it.
 */
function contentStart(reader: Reader, role: 'forward' | 'new', answerLine: number | null): number {
  const { lines } = reader;
  for (let index = 0; index < lines.length; index += 1) {
    if (lines[index]!.quoted && role === 'forward') return index;
    if (lines[index]!.quoted || reader.isBlank(index) || index === answerLine) continue;
    if (isForwardedSeparator(reader, index) || startsHistory(reader, index)) return index;
    if (attributionAt(lines, index, (count) => isQuoted(reader, index + count)) > 0) return index;
  }
  return lines.length;
}

function isQuoted({ lines, nonBlankFrom }: Reader, index: number): boolean {
  return lines[nonBlankFrom(index)]?.quoted ?? false;
}

function isForwardedSeparator({ text }: Reader, index: number): boolean {
  const line = text(index);
  if (forwardedSeparator.test(line)) return true;
  if (!hasColon(line) || !forwardedHeading.test(line)) return false;
  const next = [1, 2, 3, 4].map((offset) => text(index + offset)).find((each) => /[^\s>]/.test(each));
  return next !== undefined && couldBeHeaderField(next);
}

/** Whether a program's mark says that everything from a line on is quoted. */
function startsHistory({ lines, text, nonBlankFrom, hasTable }: Reader, index: number): boolean {
  const line = text(index);
  const from = (start: number) => (offset: number) =>
    start + offset < lines.length ? text(start + offset) : null;
  return (
    lines[index]!.cut === true ||
    originalMessageSeparator.test(line) ||
    (bareOriginalMessage.test(line) && isHeaderField(text(nonBlankFrom(index + 1)))) ||
    replyAboveThisLine.test(line) ||
    (dashedHeading.test(line) && beginsHeaderBlock(from(nonBlankFrom(index + 1)))) ||
    (hasTable && beginsTabularHeader(from(index))) ||
    beginsHeaderBlock(from(index))
  );
}

/** Marks the lines from `index` on, and the rule above them, as quoted. */
function cutAt(reader: Reader, kinds: LineKind[], index: number): void {
  const { lines, text, isBlank } = reader;
  let cut = ruleAbove(reader, index);
  while (cut > 0 && (isBlank(cut - 1) || isHorizontalRule(text(cut - 1)))) cut -= 1;
  const above = Array.from({ length: Math.min(cut, maxNoticeLines) }, (_, at) => at);
  // Without marks, questions and answers in the quoted text cannot be told apart.
  if (above.some((at) => kinds[at] === 'own' && inlineReplyNotice.test(text(at)))) return;
  kinds.fill('quoted', cut, lines.length);
}

/** The most header fields between a horizontal rule and a quotation. */
const maxFieldsBelowRule = 4;

/** Where the horizontal rule is that some programs draw above a quotation, and header fields below it; else `index`. */
function ruleAbove({ text, isBlank }: Reader, index: number): number {
  let at = index - 1;
  for (let fields = 0; at > 0; at -= 1) {
    if (isHorizontalRule(text(at))) return at;
    if (isBlank(at)) continue;
    fields += 1;
    if (fields > maxFieldsBelowRule || !isHeaderField(text(at))) return index;
  }
  return index;
}

/** Marks the signature at the end of every run of own lines before `end`. */
function markSignatures(lines: Line[], kinds: LineKind[], end: number): void {
  let run: number[] = [];
  for (let index = 0; index <= end; index += 1) {
    if (index < end && kinds[index] === 'own' && !lines[index]!.quoted) {
      run.push(index);
    } else if (run.length > 0) {
      for (const each of signatureLines(lines, run)) kinds[each] = 'signature';
      run = [];
    }
  }
}

/** Whether own text is between two quotations. */
function hasInlineReplies(kinds: LineKind[], { isBlank }: Reader): boolean {
  const first = kinds.indexOf('quoted');
  const last = kinds.lastIndexOf('quoted');
  return kinds.some((kind, index) => kind === 'own' && index > first && index < last && !isBlank(index));
}
