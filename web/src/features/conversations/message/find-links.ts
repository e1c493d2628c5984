import { LinkifyIt, REBuilder } from 'linkify-it';

/** A piece of plain text; `href` if it is a link. */
export type TextPiece = { text: string; href: string | null };

/** Accepts a host in any domain: companies have domains of their own. */
class AnyDomain extends REBuilder {
  override get_tld(): RegExp {
    return this.get_domain_root();
  }
}

/** http(s) and mailto links, hosts that begin with `www.`, and addresses. */
const linkify = new LinkifyIt({ fuzzyLink: true, rebuilder: new AnyDomain() })
  .add('ftp:', null)
  .add('//', null);

/** In characters. No browser opens longer links, and the search in one long word takes quadratic time. */
const maxLinkLength = 2_000;

/** Splits plain text into links and the text between them; joined, they are the text again. */
export function findLinks(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  for (const word of text.split(/(\s+)/)) {
    if (word.length < 5 || word.length > maxLinkLength || !/[@:]|www\./i.test(word)) addText(pieces, word);
    else addWord(pieces, word);
  }
  return pieces;
}

function addWord(pieces: TextPiece[], word: string): void {
  let from = 0;
  for (const { index, lastIndex, schema, text, url } of linkify.match(word) ?? []) {
    // Other hosts without a scheme are as often file names or missing spaces.
    if (schema === '' && !/^www\./i.test(text)) continue;
    addText(pieces, word.slice(from, index));
    pieces.push({ text: word.slice(index, lastIndex), href: url });
    from = lastIndex;
  }
  addText(pieces, word.slice(from));
}

function addText(pieces: TextPiece[], text: string): void {
  const last = pieces.at(-1);
  if (last?.href === null) last.text += text;
  else if (text !== '') pieces.push({ text, href: null });
}
