/** In characters; what mailing lists add is shorter. */
const maxFooterLength = 2_000;

/** Whether one of two texts is the other with what a mailing list added at its beginning or end. */
export function isTextWithFooter(one: string, other: string): boolean {
  const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
  if (longer.length - shorter.length > 2 * maxFooterLength) return false;
  // A list wraps lines again, and programs differ in blank lines.
  const [words, changed] = [shorter, longer].map((text) => text.replace(/\s+/g, ' ').trim()) as [
    string,
    string,
  ];
  return (
    words !== '' &&
    changed.length - words.length <= maxFooterLength &&
    (changed.startsWith(words) || changed.endsWith(words))
  );
}
