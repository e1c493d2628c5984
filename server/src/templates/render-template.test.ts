import { expect, test } from 'vitest';
import { translateProblem } from '../locales/translate.ts';
import { renderTemplate, type TemplateData } from './render-template.ts';
import type { TemplateError } from './template-errors.ts';

const data: TemplateData = {
  draft: { htmlBody: '<p>Your <b>parcel</b></p>', textBody: 'Your parcel' },
  user: {
    name: 'John',
    displayName: 'John C',
    email: 'john@acme.example',
    emailSignature: 'JC',
    avatarUrl: '',
  },
  customer: {
    id: 'u',
    name: 'Ana <Silva>',
    displayName: 'Ana <Silva>',
    firstName: 'Ana',
    lastName: '<Silva>',
    email: 'ana@x.example',
    custom: {},
  },
  conversation: { id: 'c', name: 'Parcel', subject: 'Parcel', status: 'open', custom: {} },
  message: { id: 'm', subject: 'Re: Parcel', sentAt: '3 Mar 2026, 09:30 UTC' },
};

test('Kustomer’s names are filled in, styles are inlined, plain text is added', () => {
  const template =
    '<html><head><style>.brand{color:#0f6b63}</style></head><body><h1 class="brand">Acme</h1>{{draft.htmlBody}}{{{draft.htmlBody}}}<p>{{user.displayName}} for {{customer.name}}</p></body></html>';
  const { html, text } = renderTemplate(template, data);
  expect(html).toContain('<h1 class="brand" style="color: #0f6b63;">');
  expect(html.match(/<p>Your <b>parcel<\/b><\/p>/g)?.length).toBe(2);
  expect(html).toContain('John C for Ana &lt;Silva&gt;');
  expect(text).toContain('Acme');
  expect(text).toContain('Your parcel');
});

test('a template reaches nothing but its data', () => {
  for (const reach of [
    '{{constructor}}',
    '{{draft.constructor.name}}',
    '{{user.__proto__}}',
    '{{lookup this "constructor"}}',
  ]) {
    expect(renderTemplate(`[${reach}]`, data).html).toContain('[]');
  }
  expect(() => renderTemplate('{{#evil}}{{/evil}}{{> secrets}}', data)).toThrow();
  expect(() => renderTemplate('{{#if}', data)).toThrow();
});

test('errors say what a template may not do', () => {
  const fault = (template: string) => {
    try {
      return renderTemplate(template, data).html;
    } catch (error) {
      return translateProblem('en', (error as TemplateError).problem).title;
    }
  };
  expect(fault('{{formatDate message.createdAt}}')).toMatch(/uses {{formatDate …}}, which is no helper/);
  expect(fault('{{> footer}}')).toMatch(/partial/);
  expect(fault('<p>\n{{#if user.name}}</p>')).toMatch(/{{#if}} at line 2 is never closed/);
});

test('a template pasted from Kustomer is rendered unchanged', () => {
  const template =
    '<table><tr><td>{{#if user.avatarUrl}} <img style="height:100px" src="{{user.avatarUrl}}"/>{{/if}}</td><td>{{draft.htmlBody}}<br>{{user.displayName}}<br>{{{user.emailSignature}}}{{#unless customer.custom.vipStr}}standard{{/unless}} {{customer.lastName}} {{conversation.name}}</td></tr></table>';
  const { html, text } = renderTemplate(template, data);
  expect(html).not.toContain('<img');
  expect(html).toContain('<p>Your <b>parcel</b></p>');
  expect(text).toMatch(/Your parcel/);
  expect(text).toMatch(/standard <Silva> Parcel/);
});

test('braces that people write are text, styled like the rest', () => {
  const { html, text } = renderTemplate(
    '<style>p{color:red}</style><h1>{{customer.name}}</h1>{{draft.htmlBody}}',
    {
      ...data,
      customer: { ...data.customer, name: 'Ana {{' },
      draft: { htmlBody: '<p>one</p><p>}} two <% three %></p>', textBody: '' },
    },
  );
  expect(html.match(/<p style="color: red;">/g)).toHaveLength(2);
  expect(text).toMatch(/Ana \{\{\s+one\s+\}\} two/);
});

test('plain text keeps its lines, and parts without content take the else', () => {
  const draft = { htmlBody: '<p>x</p>', textBody: 'One <b>\nTwo\r\nThree' };
  expect(renderTemplate('<p>{{draft.textBody}}</p>', { ...data, draft }).html).toBe(
    '<p>One &lt;b&gt;<br>Two<br>Three</p>',
  );
  const user = { ...data.user, emailSignature: '' };
  expect(renderTemplate('{{#if user.emailSignature}}yes{{else}}no{{/if}}', { ...data, user }).html).toBe(
    'no',
  );
});

test('a value that is a part of a URL is encoded; a whole URL, host or address is not', () => {
  const customer = { ...data.customer, name: `Ana & "Bo"'s?`, custom: { page: 'https://x.example/a?b=c' } };
  const href = (url: string) =>
    /href=(["'])(.*?)\1/.exec(renderTemplate(`<a href="${url}">x</a>`, { ...data, customer }).html)?.[2];
  const encoded = 'https://acme.example/?n=Ana%20%26%20%22Bo%22%27s%3F&c=c';
  expect(href('https://acme.example/?n={{customer.name}}&c={{conversation.id}}')).toBe(encoded);
  expect(href('https://acme.example/?n={{{customer.name}}}&c={{ conversation.id }}')).toBe(encoded);
  expect(href('https://acme.example/?n={{lookup customer "name"}}&c=c')).toBe(encoded);
  expect(href('https://acme.example/{{#if customer.name}}{{customer.name}}{{else}}x{{/if}}')).toBe(
    'https://acme.example/Ana%20%26%20%22Bo%22%27s%3F',
  );
  expect(href('mailto:{{customer.email}}?subject={{customer.name}}')).toBe(
    'mailto:ana@x.example?subject=Ana%20%26%20%22Bo%22%27s%3F',
  );
  expect(href('{{customer.custom.page}}')?.replaceAll('&#x3D;', '=')).toBe('https://x.example/a?b=c');
  expect(href('https://{{conversation.subject}}.acme.example/')).toBe('https://Parcel.acme.example/');
});

test('the text has no preheader, and the delimiter of a signature wherever the template puts it', () => {
  const template =
    '<html><head><style>.pre{display:none}</style></head><body><div class="pre">Open this&#847;&zwnj;&nbsp;&#847;&zwnj;&nbsp;</div><table role="presentation"><tr><td>{{draft.htmlBody}}</td></tr><tr><td title="{{user.emailSignature}}">{{#if user.emailSignature}}<p>{{user.emailSignature}}</p>{{/if}}</td></tr></table></body></html>';
  const rows = '<tr><td>Tea</td><td>3.00</td></tr><tr><td>Coffee</td><td>4.00</td></tr>';
  const { html, text } = renderTemplate(template, {
    ...data,
    draft: { htmlBody: `<p>Prices</p><table>${rows}</table>`, textBody: '' },
  });
  expect(text).toBe('Prices\n\nTea      3.00\nCoffee   4.00\n\n-- \nJC');
  expect(html).toContain('<p>JC</p>');
  expect(html).not.toContain('postroom-signature');
});

test.each(['<img src="cid:logo" alt="Acme">', '<p></p>'])(
  'a signature without text has no delimiter: %s',
  (emailSignature) => {
    const signed = { ...data, user: { ...data.user, emailSignature } };
    expect(renderTemplate('{{draft.htmlBody}}{{user.emailSignature}}<p>Acme</p>', signed).text).toBe(
      'Your parcel\n\nAcme',
    );
    expect(renderTemplate('{{draft.htmlBody}}{{user.emailSignature}}', signed).text).toBe('Your parcel');
  },
);
