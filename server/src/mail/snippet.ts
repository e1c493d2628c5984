const longestSnippet = 200;

/** White space, and what takes no room. */
const gaps = /(?:\u034f|[\s\u200b-\u200f\u2060\ufeff\u00ad])+/g;

/** The first words of a message for a list: one line, at most 200 characters, quoted lines left out. */
export function snippetOf(text: string): string {
  let words = '';
  for (const line of text.slice(0, 20_000).split('\n')) {
    if (/^\s*>/.test(line)) continue;
    const more = line.replace(gaps, ' ').trim();
    if (more !== '') words += words === '' ? more : ` ${more}`;
    // Only the first are shown.
    if (words.length > longestSnippet) break;
  }
  if (words.length <= longestSnippet) return words;
  return `${words
    .slice(0, longestSnippet - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd()}…`;
}
