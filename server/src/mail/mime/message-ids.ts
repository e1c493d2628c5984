/** RFC 5322 §2.1.1: an id and its field's name share a line of at most 998 characters. */
const maxIdLength = 900;

/**
 * The Message-IDs in a header as found in the wild (RFC 5322 §3.6.4): each with its angle brackets,
 * in order, each once. A value without any brackets is taken word by word where it looks like ids.
 */
export function parseMessageIds(value: string): string[] {
  const bracketed = [...value.matchAll(/<\s*([^<>]+?)\s*>/g)].map(([, id]) => `<${id!.replace(/\s+/g, '')}>`);
  const ids =
    bracketed.length > 0
      ? bracketed
      : value
          .split(/[\s,;]+/)
          .filter((word) => /^[^\s@<>]+@[^\s@<>]+$/.test(word))
          .map((word) => `<${word}>`);
  return [...new Set(ids)].filter((id) => id.length <= maxIdLength);
}
