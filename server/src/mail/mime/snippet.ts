const maxSnippetLength = 200;

/** White space and invisible characters. */
const whitespace = /(?:\u034f|[\s\u200b-\u200f\u2060\ufeff\u00ad])+/g;

/** The start of a message for display in lists: one line of at most 200 characters, without quoted lines. */
export function snippetOf(text: string): string {
  let snippet = '';
  for (const line of text.slice(0, 20_000).split('\n')) {
    if (/^\s*>/.test(line)) continue;
    const more = line.replace(whitespace, ' ').trim();
    if (more !== '') snippet += snippet === '' ? more : ` ${more}`;
    if (snippet.length > maxSnippetLength) break;
  }
  if (snippet.length <= maxSnippetLength) return snippet;
  return `${snippet
    .slice(0, maxSnippetLength - 1)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd()}…`;
}
