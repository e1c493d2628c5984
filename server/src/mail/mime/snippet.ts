const maxSnippetLength = 200;

/** White space and invisible characters. */
const whitespace = /(?:\u034f|[\s\u200b-\u200f\u2060\ufeff\u00ad])+/g;

/** The targets of links, as text made from HTML has them. */
const linkTargets = /\[(?:https?:\/\/|mailto:)[^[\]\s]{1,2000}\]/gi;

/**
 * The start of a message for display in lists: one line of at most 200 characters. Quoted lines are left
 * out if there are others, unless `withQuoted`: what they quote is part of the message.
 */
export function snippetOf(text: string, { withQuoted = false } = {}): string {
  const start = text.slice(0, 20_000).replace(linkTargets, ' ');
  const all = () => startOf(start.replace(/^>+ ?/gm, ''), () => true);
  return withQuoted ? all() : startOf(start, (line) => !/^\s*>/.test(line)) || all();
}

function startOf(text: string, isUsed: (line: string) => boolean): string {
  let snippet = '';
  for (const line of text.split('\n')) {
    if (!isUsed(line)) continue;
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
