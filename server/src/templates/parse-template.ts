import { type CheerioAPI, load } from 'cheerio/slim';
import { ProcessingInstruction } from 'domhandler';

/** Parses HTML as mail needs it: what it does not change is written as it was, without the entities rewritten. */
export function parseTemplate(html: string): CheerioAPI {
  const $ = load(html, { xml: { decodeEntities: false, xmlMode: false, withStartIndices: true } }, false);
  keepDeclarations($, html);
  return $;
}

/** `<![if !mso]>`, which Outlook on Windows reads, is a comment to HTML's parser and would be written as one. */
function keepDeclarations($: CheerioAPI, html: string): void {
  const comments = $.root()
    .find('*')
    .addBack()
    .contents()
    .toArray()
    .filter((node) => node.type === 'comment');
  for (const comment of comments) {
    const at = comment.startIndex ?? 0;
    if (html.startsWith('<!', at) && !html.startsWith('<!--', at))
      $(comment).replaceWith(new ProcessingInstruction('!', `!${comment.data}`));
  }
}
