const longestSnippet = 200;

/** The first words of a message for a list: one line, at most 200 characters, quoted lines left out. */
export function snippetOf(text: string): string {
  const words = text
    .slice(0, 20_000)
    .split('\n')
    .filter((line) => !/^\s*>/.test(line))
    .join(' ')
    .replace(/(?:\u034f|[\s\u200b-\u200f\u2060\ufeff\u00ad])+/g, ' ')
    .trim();
  if (words.length <= longestSnippet) return words;
  return `${words
    .slice(0, longestSnippet - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd()}…`;
}
