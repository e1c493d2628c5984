import { hasColon } from './header-fields.ts';
import type { Line } from './line.ts';
import { attributionStart, attributionVerb, narratedWrote, verblessAttribution } from './quote-patterns.ts';

/** In characters. Of longer lines only the beginning is examined: no attribution is that long. */
const maxLineLength = 400;
/** An attribution is at most this many lines long. */
const maxAttributionLines = 4;

/** An attribution of only date and sender: `26.06.2014, 14:41, "Ana" <a@x.com>:` */
const bareAttribution = /^\s*.{0,40}\d{4}.{0,40}\d{1,2}:\d{2}.*[<(][^\s<>()@]+@[^\s<>()]+[>)]\s*[:：]\s*$/;
/** The same without a colon, as Gmail once wrote it in Chinese and Japanese; only before a quotation. */
const dateAndAddress = /^\s*\d{4}[/-]\d{1,2}[/-]\d{1,2} .{0,80}<[^\s<>@]+@[^\s<>]+>\s*$/;
/** An attribution with the quotation on the same line, as Yahoo's phone program writes it. */
const beforeQuotation = /^(\s*\S.{20,250}?[:：])\s{2,}\S/;
/** A colon, or dashes around the line, as Zoho writes it. */
const attributionEnd = /[:：՝]$|^--.* -{2,}$/;
/** A date with its year, in any script's digits; a time of day; an address in brackets. */
const datePattern =
  /\b\d{4}\b|\d{4}年|\d{4}년|\d{1,2}\. ?\d{1,2}\. ?\d{2,4}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|(?!\d{4})\p{Nd}{4}/u;
const timePattern = /\p{Nd}{1,2}[:.]\p{Nd}{2}/u;
const addressPattern = /[<([][^<>()[\]\s]*[^\s<>@]@[^\s<>@]+[>)\]]/;
/** Bidirectional control characters, which programs in Hebrew and Arabic write in many places. */
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** The number of lines of the attribution ("On …, Ana wrote:") that begins at `index`; 0 for none. */
export function attributionAt(
  lines: Line[],
  index: number,
  quotedAfter: (length: number) => boolean,
): number {
  const first = lines[index]!.text.slice(0, maxLineLength);
  if ((dateAndAddress.test(first) || isWithoutColon(first)) && quotedAfter(1)) return 1;
  const lead = hasColon(first) ? beforeQuotation.exec(first)?.[1] : undefined;
  if (lead && attributionStart.test(lead) && isAttribution(plainText(lead), false)) return 1;
  for (let length = 1; length <= maxAttributionLines; length += 1) {
    const last = lines[index + length - 1];
    if (!last || last.text.trim() === '' || (last.quoted && length > 1)) return 0;
    if (!/[:：՝-][^\p{L}\p{N}]{0,5}$/u.test(last.text.slice(0, maxLineLength))) continue;
    if (!attributionEnd.test(plainText(last.text))) continue;
    const quoted = quotedAfter(length);
    if (!isAttribution(joined(lines, index, length), quoted)) continue;
    if (length === 1 || !isAttribution(joined(lines, index + 1, length - 1), quoted)) return length;
    // The following lines are an attribution without the first line, so it must itself begin like one.
    const start = plainText(lines[index]!.text);
    const next = plainText(lines[index + 1]!.text);
    const dated = datePattern.exec(start);
    const beginsAttribution =
      attributionStart.test(start) ||
      ((index === 0 || lines[index - 1]!.text.trim() === '') &&
        dated !== null &&
        dated.index <= 20 &&
        timePattern.test(start));
    const nextStarts = attributionStart.test(next) && datePattern.test(next);
    const needed = addressPattern.test(start) && !addressPattern.test(joined(lines, index + 1, length - 1));
    return beginsAttribution && (needed || !nextStarts) ? length : 0;
  }
  return 0;
}

/** `Op 3 mrt. 2026 16:05 schreef Ana <ana@far.example>`, as some programs write it in languages with the verb first. */
function isWithoutColon(line: string): boolean {
  return (
    /<[^\s<>@]+@[^\s<>]+>\s*$/.test(line) &&
    attributionStart.test(line) &&
    attributionVerb.test(line) &&
    datePattern.test(line)
  );
}

/** Whether the lines of an attribution name an address or a time: without either, a person may have written them. */
export function namesAddressOrTime(lines: Line[], index: number, length: number): boolean {
  return /@|\d{1,2}[:.]\d{2}/.test(joined(lines, index, length));
}

/** Whether a text is an attribution. If no quoted line follows, stronger evidence is required. */
function isAttribution(text: string, quotedAfter: boolean): boolean {
  if (text.length > maxLineLength || !attributionEnd.test(text) || text.startsWith('<')) return false;
  const verb = attributionVerb.test(text) && !narratedWrote.test(text);
  const dated = datePattern.test(text) || /\d/.test(text.replace(/<[^<>]*>/g, ''));
  const address = addressPattern.test(text) || /(?<!\S)[^\s@]+@\S+[:：]$/.test(text);
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
