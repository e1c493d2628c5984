import { Node } from '@tiptap/react';
import { t } from '../../../locales/messages.ts';

export type ShownPictures = {
  /** The URL of an attachment, by its Content-ID; empty if there is none. */
  attachmentUrl(contentId: string): string;
  /** The URL of a picture that is being uploaded, by its id; empty if it is none. */
  previewUrl(id: string): string;
};

/**
 * A picture in the text: `cid:` (RFC 2392), shown from its attachment; `https:`, which the reader’s program loads
 * and this page does not, as it could be there to count readers; or `upload:` and an id, while it is uploaded.
 */
export function inlineImage({ attachmentUrl, previewUrl }: ShownPictures) {
  return Node.create({
    name: 'inlineImage',
    inline: true,
    group: 'inline',
    atom: true,
    draggable: true,
    addAttributes: () => ({ src: { default: '' }, alt: { default: null }, width: { default: null } }),
    parseHTML: () => ['cid:', 'https:', uploadScheme].map((scheme) => ({ tag: `img[src^="${scheme}"]` })),
    renderHTML: ({ HTMLAttributes }) => ['img', { ...HTMLAttributes, style: 'max-width: 100%;' }],
    addNodeView() {
      return ({ node: { attrs } }) => {
        const src = String(attrs.src);
        if (src.startsWith('https:')) return { dom: remotePicture(src, attrs.alt) };
        const dom = document.createElement('img');
        const isUpload = src.startsWith(uploadScheme);
        dom.src = isUpload
          ? previewUrl(src.slice(uploadScheme.length))
          : attachmentUrl(src.slice('cid:'.length));
        dom.alt = attrs.alt ?? '';
        if (attrs.width) dom.width = attrs.width;
        if (isUpload) dom.style.opacity = '0.5';
        return { dom };
      };
    },
  });
}

export const uploadScheme = 'upload:';

/** HTML without the pictures that are still being uploaded. */
export function withoutUploads(html: string): string {
  return html.replace(/<img src="upload:[^"]*"(?: [a-z-]+="[^"]*")*>/g, '');
}

function remotePicture(src: string, alt: string | null): HTMLElement {
  const dom = document.createElement('span');
  dom.dataset.remotePicture = '';
  dom.title = src;
  const host = URL.canParse(src) ? new URL(src).host : src;
  dom.textContent = t('composer.paste.remotePicture', { name: alt || host });
  return dom;
}
