const maxSnippetLength = 200;

/** White space, and what takes no room. */
const whitespace = /(?:\u034f|[\s\u200b-\u200f\u2060\ufeff\u00ad])+/g;

/** The first words of a message for a list: one line, at most 200 characters, quoted lines left out. */
export function snippetOf(text: string): string {
  let snippet = '';
  for (const line of text.slice(0, 20_000).split('\n')) {
    if (/^\s*>/.test(line)) continue;
    const more = line.replace(whitespace, ' ').trim();
    if (more !== '') snippet += snippet === '' ? more : ` ${more}`;
    // Only the first are shown.
    if (snippet.length > maxSnippetLength) break;
  }
  if (snippet.length <= maxSnippetLength) return snippet;
  return `${snippet
    .slice(0, maxSnippetLength - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd()}…`;
}
