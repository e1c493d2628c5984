import type { Line } from './line.ts';

/** `BB> text`, `BB>> text`: the initials of the author who is quoted. */
const withInitials = /^ {0,3}\p{Lu}\p{L}{0,3}>{1,9}(?:[ \t]|$)/u;
/** `Tuesday, March 3, 2026, 4:05:11 PM, you wrote:`; people who answer "A> …" write no date and time above it. */
const datedLine = /\d{4}.{0,20}\d{1,2}:\d{2}.{0,60}:[ \t]*$/;

/** Marks what The Bat! quotes, and the line above it, which is no attribution of another program: it says "you wrote". */
export function markQuotedWithInitials(lines: Line[]): Line[] {
  let above: Line | null = null;
  let found = false;
  for (const line of lines) {
    const isQuotation = withInitials.test(line.text);
    if (isQuotation && !found && above && datedLine.test(above.text.slice(-200))) {
      above.quoted = true;
      found = true;
    }
    if (isQuotation && found) line.quoted = true;
    if (line.text.trim() !== '') above = line;
  }
  return lines;
}
