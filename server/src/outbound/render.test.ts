import { expect, test } from 'vitest';
import { render, type TemplateData } from './render.ts';

const data: TemplateData = {
  draft: { htmlBody: '<p>Your <b>parcel</b></p>', textBody: 'Your parcel' },
  user: {
    name: 'John',
    displayName: 'John C',
    email: 'john@acme.example',
    emailSignature: 'JC',
    avatarUrl: '',
  },
  customer: { name: 'Ana <Silva>', firstName: 'Ana', email: 'ana@x.example' },
  conversation: { id: 'c', subject: 'Parcel' },
  message: { subject: 'Re: Parcel' },
};

test('Blank is blank: what was written and nothing else', () => {
  expect(render(null, data)).toEqual({ html: '<p>Your <b>parcel</b></p>', text: 'Your parcel' });
});

test('a template is filled by Kustomer’s names, its styles put inline, with a text of its own', () => {
  const template =
    '<html><head><style>.brand{color:#0f6b63}</style></head><body><h1 class="brand">Acme</h1>{{draft.htmlBody}}{{{draft.htmlBody}}}<p>{{user.displayName}} for {{customer.name}}</p></body></html>';
  const { html, text } = render(template, data);
  expect(html).toContain('<h1 class="brand" style="color: #0f6b63;">');
  expect(html.match(/<p>Your <b>parcel<\/b><\/p>/g)?.length).toBe(2);
  expect(html).toContain('John C for Ana &lt;Silva&gt;');
  expect(text).toContain('Acme');
  expect(text).toContain('Your parcel');
});

test('a template reaches nothing beyond its data', () => {
  for (const reach of [
    '{{constructor}}',
    '{{draft.constructor.name}}',
    '{{user.__proto__}}',
    '{{lookup this "constructor"}}',
  ]) {
    expect(render(`[${reach}]`, data).html).toContain('[]');
  }
  expect(() => render('{{#evil}}{{/evil}}{{> secrets}}', data)).toThrow();
  expect(() => render('{{#if}', data)).toThrow();
});
