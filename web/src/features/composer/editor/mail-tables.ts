import { Table, TableCell, TableHeader, TableRow } from '@tiptap/extension-table';
import { type Extensions, mergeAttributes } from '@tiptap/react';

/** Between the white and the black of mail clients, so that it is seen on both. */
const line = '1px solid #b8b8b8';
const cellStyle = `border: ${line}; padding: 6px 10px; vertical-align: top;`;
const headerColor = 'rgba(127, 127, 127, 0.12)';

const colored = {
  backgroundColor: {
    default: null,
    parseHTML: ({ style }: HTMLElement) =>
      style.backgroundColor === headerColor ? null : style.backgroundColor || null,
    renderHTML: ({ backgroundColor }: { backgroundColor?: string | null }) =>
      backgroundColor ? { style: `background-color: ${backgroundColor};` } : {},
  },
};

/** Tables with their lines in styles of the elements, because mail clients drop style sheets. */
export const mailTables: Extensions = [
  Table.extend({
    renderHTML: ({ HTMLAttributes }) => [
      'table',
      mergeAttributes(HTMLAttributes, { style: `border-collapse: collapse; border: ${line};` }),
      ['tbody', 0],
    ],
  }),
  TableRow,
  TableCell.extend({
    addAttributes() {
      return { ...this.parent?.(), ...colored };
    },
  }).configure({ HTMLAttributes: { style: cellStyle } }),
  TableHeader.extend({
    addAttributes() {
      return { ...this.parent?.(), ...colored };
    },
  }).configure({
    HTMLAttributes: {
      style: `${cellStyle} text-align: left; background-color: ${headerColor};`,
    },
  }),
];
