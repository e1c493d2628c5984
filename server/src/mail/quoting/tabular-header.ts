import { isFieldName } from './header-fields.ts';

/** Lines with words from the author's name to `To`, and to `Subject`. */
const maxLinesToTo = 6;
const maxLines = 14;
/** With the blank lines that the table has as plain text. */
const maxAllLines = 40;
/** In characters: a line of the table has a name, a date or a subject, and no sentence. */
const maxLineLength = 90;

const date = /\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/;
const time = /\d{1,2}[:.]\d{2}(?!\d)/;

/** What is in the last column of a line of a table: it is alone on the line, or more than one space is before it. */
function lastColumn(line: string): string {
  const text = line.trimEnd();
  return text.slice(text.lastIndexOf('  ') + 1).trim();
}

/** Whether a line ends with `To`, as the header that Lotus Notes writes as a table has it. */
export function endsWithTo(line: string): boolean {
  return line.length < 200 && isFieldName('to', lastColumn(line));
}

/**
 * Whether the header begins at a line that Lotus Notes writes as a table: the author and the date in one column, in
 * the other `To`, `cc` and `Subject` without colons, each with its value below or beside it.
 */
export function beginsTabularHeader(line: (offset: number) => string | null): boolean {
  let seen = 0;
  let to = false;
  let before = '';
  for (let offset = 0; offset < maxAllLines && seen < maxLines; offset += 1) {
    const text = line(offset);
    if (text === null) return false;
    const words = text.trim();
    if (words === '') continue;
    if (words.replace(/\s+/g, ' ').length > maxLineLength) return false;
    if (seen > 0 && !to) to = endsWithTo(text);
    if (/[.!?]$/.test(words) || (!to && seen >= maxLinesToTo)) return false;
    before += ` ${words}`;
    if (to && isFieldName('subject', lastColumn(text))) return date.test(before) && time.test(before);
    seen += 1;
  }
  return false;
}
