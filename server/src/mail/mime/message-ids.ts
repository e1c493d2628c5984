/** RFC 5322 §2.1.1: a line has at most 998 characters, including the name of the field. */
const maxIdLength = 900;

/**
 * The Message-IDs in a header value (RFC 5322 §3.6.4), with their angle brackets, in order and without
 * repeats. In a value without any brackets, each word that looks like an id is one.
 */
export function parseMessageIds(value: string): string[] {
  const bracketed = [...value.matchAll(/<([^<>]+)>/g)]
    .map(([, id]) => `<${id!.replace(/\s+/g, '')}>`)
    .filter((id) => id !== '<>');
  const ids =
    bracketed.length > 0
      ? bracketed
      : value
          .split(/[\s,;]+/)
          .filter((word) => /^[^\s@<>]+@[^\s@<>]+$/.test(word))
          .map((word) => `<${word}>`);
  return [...new Set(ids)].filter((id) => id.length <= maxIdLength);
}
