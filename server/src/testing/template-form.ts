import type { TemplateForm } from '../database/column-types.ts';

/** The values of a form, for tests. */
export const exampleForm: TemplateForm = {
  version: 1,
  edited: false,
  logo: null,
  header: { text: 'Harbour Teas', band: false },
  colors: { brand: '#0f6b63', page: '#eef2f1', card: '#ffffff', text: '#22302e' },
  font: 'arial',
  width: 600,
  align: 'start',
  footer: {
    text: 'Harbour Teas, 1 Quay\n{{user.displayName}}',
    links: [
      { label: 'Help', url: 'https://harbour.example/help?a=1&b=2' },
      { label: 'Write to us', url: 'mailto:help@harbour.example' },
    ],
    buttons: false,
  },
  signatureLine: false,
};

/** A picture of one pixel. */
export const onePixelPng = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
