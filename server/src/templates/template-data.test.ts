import { expect, test } from 'vitest';
import type { Reader } from './reader.ts';
import { renderTemplate } from './render-template.ts';
import { buildTemplateData } from './template-data.ts';

const dataOf = (
  template: string | null,
  { name = 'Silva, Ana', text = 'Hi', reader = async (): Promise<Reader> => ana } = {},
) =>
  buildTemplateData({
    reader,
    author: { name: 'John', email: 'john@acme.example', signature: '', image: 'https://acme.example/j.png' },
    customer: { id: '1', name, email: 'ana@mail.example' },
    conversation: { id: '2', subject: 'Order', status: 'open' },
    message: { id: '3', subject: 'Re: Order', sentAt: new Date('2026-03-03T09:30:00Z') },
    content: { bodyHtml: `<p>${text}</p>`, bodyText: text, ownHtml: null, ownText: null },
    template,
  });
const ana: Reader = { language: 'en', utcOffset: null };
const filled = async (template: string, name: string) =>
  renderTemplate(template, await dataOf(template, { name })).html;

test('a customer without a name takes the else of a greeting', async () => {
  const greeting = 'Hello {{#if customer.firstName}}{{customer.firstName}}{{else}}there{{/if}},';
  expect(await filled(greeting, 'ana@mail.example')).toBe('Hello there,');
  expect(await filled(greeting, 'Silva, Ana')).toBe('Hello Ana,');
  expect(await filled('{{customer.displayName}}', 'ana@mail.example')).toBe('ana@mail.example');
});

test('the names of the documentation are filled', async () => {
  const names = '{{customer.displayName}}|{{message.sentAt}}|{{conversation.status}}|{{user.avatarUrl}}';
  expect((await filled(names, 'Silva, Ana')).replaceAll('&#x3D;', '=')).toBe(
    'Ana Silva|3 Mar 2026, 09:30 UTC|open|https://acme.example/j.png',
  );
});

test('the reader is not sought for Blank where the text tells its language', async () => {
  let sought = 0;
  const reader = async () => {
    sought += 1;
    return { ...ana, language: 'fr' };
  };
  const german = await dataOf(null, { reader, text: 'Guten Tag, wo bleibt mein Paket?' });
  expect([german.draft.language, sought]).toEqual(['de', 0]);
  const unknown = await dataOf(null, { reader, text: 'ok' });
  expect([unknown.draft.language, sought]).toEqual(['fr', 1]);
});
