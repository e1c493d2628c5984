import { TextAlign } from '@tiptap/extension-text-align';
import { BackgroundColor, Color, TextStyle } from '@tiptap/extension-text-style';
import { type Extensions, Mark } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { inlineImage, type ShownPictures } from './inline-image.ts';
import { mailLink } from './mail-link.ts';
import { mailTables } from './mail-tables.ts';

const codeFont = 'font-family: Menlo, Consolas, monospace; font-size: 13px;';
const codeBlock = `${codeFont} white-space: pre-wrap; padding: 8px 10px; border: 1px solid #b8b8b8; border-radius: 4px;`;

const smallText = (['sub', 'sup'] as const).map((tag) =>
  Mark.create({ name: tag, parseHTML: () => [{ tag }], renderHTML: () => [tag, 0] }),
);

/** What a message can have: what mail clients show, with styles in the elements. */
export function mailExtensions(pictures: ShownPictures): Extensions {
  return [
    StarterKit.configure({
      link: false,
      heading: { levels: [1, 2, 3] },
      code: { HTMLAttributes: { style: codeFont } },
      codeBlock: { HTMLAttributes: { style: codeBlock } },
    }),
    mailLink,
    TextStyle,
    Color,
    BackgroundColor,
    ...smallText,
    TextAlign.configure({ types: ['heading', 'paragraph'], alignments: ['center', 'right'] }),
    ...mailTables,
    inlineImage(pictures),
  ];
}
