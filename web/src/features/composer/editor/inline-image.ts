import { Node } from '@tiptap/react';

/** An inline image: a `cid:` URL (RFC 2392) in the HTML, shown from its attachment. */
export function inlineImage(attachmentUrl: (contentId: string) => string) {
  return Node.create({
    name: 'inlineImage',
    inline: true,
    group: 'inline',
    atom: true,
    draggable: true,
    addAttributes: () => ({ src: { default: '' }, alt: { default: null }, width: { default: null } }),
    parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
    renderHTML: ({ HTMLAttributes }) => ['img', HTMLAttributes],
    addNodeView() {
      return ({ node }) => {
        const dom = document.createElement('img');
        dom.src = attachmentUrl(String(node.attrs.src).slice('cid:'.length));
        dom.alt = node.attrs.alt ?? '';
        return { dom };
      };
    },
  });
}
