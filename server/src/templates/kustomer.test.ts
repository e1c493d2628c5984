import { afterAll, expect, test } from 'vitest';
import { templateProblem } from './check-template.ts';
import { renderTemplate, type TemplateData } from './render-template.ts';
import { openRenderer } from './renderer.ts';

/** Templates as they are used in Kustomer; each works without a change. */

const renderer = openRenderer();
afterAll(() => renderer.close());

const data: TemplateData = {
  draft: { htmlBody: '<p>Your <b>parcel</b> left today.</p>', textBody: 'Your parcel left today.' },
  user: {
    name: 'John Carter',
    displayName: 'John C',
    email: 'john@acme.example',
    emailSignature: '<p>John, <i>Acme Care</i></p>',
    avatarUrl: 'https://pictures.example/john.png?size=2&v=1',
  },
  customer: {
    id: 'c-1',
    name: 'Ana <Silva>',
    displayName: 'Ana <Silva>',
    firstName: 'Ana',
    lastName: '<Silva>',
    email: 'ana@mail.example',
    custom: {},
  },
  conversation: { id: 'k-7', name: 'Order 12', subject: 'Order 12', status: 'open', custom: {} },
  message: { id: 'm-9', subject: 'Re: Order 12', sentAt: '3 Mar 2026, 09:30 UTC' },
};

/** Checks that the template can be saved, and renders it. */
async function pasted(template: string, more: Partial<TemplateData> = {}) {
  expect(await templateProblem(renderer, template)).toBeNull();
  return renderTemplate(template, { ...data, ...more });
}

test('the agent’s picture is shown if there is one', async () => {
  const template = `<table><tr><td>{{#if user.avatarUrl}} <img style="height:100px;width:100px;" alt="25" src="{{user.avatarUrl}}"/>{{/if}}</td>
    <td>{{draft.htmlBody}}</td></tr></table>`;
  expect((await pasted(template)).html).toMatch(
    /<img [^>]*src="https:\/\/pictures\.example\/john\.png\?size(=|&#x3D;)2&(amp;)?v(=|&#x3D;)1">/,
  );
  const without = await pasted(template, { user: { ...data.user, avatarUrl: '' } });
  expect(without.html).not.toContain('<img');
  expect(without.html).toContain('<b>parcel</b>');
});

test('a whole document keeps media queries and Outlook’s comments', async () => {
  const template = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Acme</title>
<style type="text/css">
  body { margin:0; background:#f4f4f4; }
  .wrap { width:600px; font-family:Arial,sans-serif }
  .footer a { color:#0f6b63; text-decoration:none }
  @media only screen and (max-width:620px) { .wrap { width:100% !important } }
</style></head>
<body>
<!--[if mso]><table width="600"><tr><td><![endif]-->
<div class="wrap"><img src="https://acme.example/logo.png" alt="Acme" width="120">
  <p>Hi {{customer.firstName}},</p>
  {{{draft.htmlBody}}}
  {{{user.emailSignature}}}
  <div class="footer"><a href="https://acme.example/help?c={{customer.id}}&k={{conversation.id}}">Help</a></div>
</div>
<!--[if mso]></td></tr></table><![endif]-->
</body></html>`;
  const { html, text } = await pasted(template);
  expect(html).toMatch(/^<!DOCTYPE html>/i);
  expect(html).toMatch(/<div class="wrap" style="[^"]*width: 600px/);
  expect(html).toMatch(/<a href="[^"]*c=c-1&(amp;)?k=k-7" style="[^"]*color: #0f6b63/);
  expect(html).toContain('@media only screen and (max-width:620px)');
  expect(html).toContain('<!--[if mso]><table width="600"><tr><td><![endif]-->');
  expect(html).toContain('<p>John, <i>Acme Care</i></p>');
  expect(text).toMatch(/Hi Ana,\s+Your parcel left today\.\s+-- \nJohn, Acme Care/);
  expect(text).not.toMatch(/font-family|mso|@media/);
});

test('empty custom fields use their fallback', async () => {
  const template = `<p>Dear {{#if customer.custom.salutationStr}}{{customer.custom.salutationStr}}{{else}}{{customer.name}}{{/if}},</p>
{{draft.htmlBody}}
{{#unless customer.custom.isVipBool}}<p>See our <a href="https://acme.example/faq">answers</a>.</p>{{/unless}}
<small>{{conversation.custom.orderNumberStr}}{{company.name}}{{message.preview}}{{conversation.name}} · {{message.subject}}</small>`;
  const { html } = await pasted(template);
  expect(html).toContain('<p>Dear Ana &lt;Silva&gt;,</p>');
  expect(html).toContain('answers</a>');
  expect(html).toContain('<small>Order 12 · Re: Order 12</small>');
  const known = { ...data.customer, custom: { salutationStr: 'Dr <Silva>', isVipBool: 'true' } };
  const filled = await pasted(template, { customer: known });
  expect(filled.html).toContain('<p>Dear Dr &lt;Silva&gt;,</p>');
  expect(filled.html).not.toContain('answers</a>');
});

test('plain text templates and the syntax of Handlebars work', async () => {
  const plain = await pasted('<pre>{{draft.textBody}}</pre>-- \n{{user.displayName}}');
  expect(plain.text).toContain('Your parcel left today.');
  const { html, text } = await pasted(`{{!-- our layout, do not change --}}
{{#with user}}<p>{{~displayName~}}</p>{{/with}}
{{#each customer.custom}}<p>{{@key}}: {{this}}</p>{{else}}<p>nothing more</p>{{/each}}
<p>{{lookup conversation "name"}}</p>
<div>{{ draft.htmlBody }}</div>`);
  expect(html).toContain('<p>John C</p>');
  expect(html).not.toContain('our layout');
  expect(text).toMatch(/nothing more\s+Order 12\s+Your parcel left today\./);
});

test('what an agent or a customer writes is never run as a template', async () => {
  const reach = '{{user.email}}{{{constructor}}}{{#each @root}}x{{/each}}{{> secrets}}';
  const { html, text } = await pasted('<p>{{customer.name}} {{conversation.subject}}</p>{{draft.htmlBody}}', {
    draft: { htmlBody: `<p>${reach}</p>`, textBody: reach },
    customer: { ...data.customer, name: reach },
    conversation: { ...data.conversation, subject: reach },
  });
  expect(html).not.toContain('john@acme.example');
  expect(text.split('{{user.email}}{{{constructor}}}').length).toBe(4);
});

test('a template that hides the message is rejected', async () => {
  const fault = async (template: string) => (await templateProblem(renderer, template))?.code ?? null;
  expect(await fault('<p>Hello</p><!-- {{draft.htmlBody}} -->')).toBe('template-without-draft');
  expect(await fault('<img alt="{{draft.textBody}}" src="https://acme.example/x.png">')).toBe(
    'template-without-draft',
  );
  expect(await fault('<title>{{draft.textBody}}</title>')).toBe('template-without-draft');
  expect(await fault('<div style="display:none">{{draft.htmlBody}}</div>')).toBe('template-without-draft');
  expect(await fault('<style>.no{display:none}</style><div class="no">{{draft.htmlBody}}</div>')).toBe(
    'template-without-draft',
  );
  expect(await fault('<p>{{draft.subject}}</p>')).toBe('template-without-draft');
});
