import { expect, test } from 'vitest';
import { renderTemplate } from './render-template.ts';
import { buildTemplateData } from './template-data.ts';

const filled = async (template: string, name: string) =>
  renderTemplate(
    template,
    await buildTemplateData({
      reader: { language: 'en', utcOffset: null },
      author: {
        name: 'John',
        email: 'john@acme.example',
        signature: '',
        image: 'https://acme.example/j.png',
      },
      customer: { id: '1', name, email: 'ana@mail.example' },
      conversation: { id: '2', subject: 'Order', status: 'open' },
      message: { id: '3', subject: 'Re: Order', sentAt: new Date('2026-03-03T09:30:00Z') },
      content: { bodyHtml: '<p>Hi</p>', bodyText: 'Hi', ownHtml: null, ownText: null },
      template,
    }),
  ).html;

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
