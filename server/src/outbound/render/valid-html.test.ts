import { readFileSync } from 'node:fs';
import { HtmlValidate } from 'html-validate';
import { expect, test } from 'vitest';
import { withUnsubscribeLink } from '../../bulk/unsubscribe.ts';
import { exampleData } from '../../templates/check-template.ts';
import { templateHtml } from '../../templates/form/template-html.ts';
import { openRenderer } from '../../templates/renderer.ts';
import { exampleForm } from '../../testing/template-form.ts';
import { quoteHistory } from './quoted-history.ts';

/** The HTML standard and accessibility, without what mail has to do otherwise than pages. */
const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
  rules: {
    // Outlook on Windows reads these, and templates are written in older doctypes for it.
    'no-conditional-comment': 'off',
    'doctype-html': 'off',
    'doctype-style': 'off',
    // Layout by attributes of HTML 4: some programs know no styles.
    'no-deprecated-attr': 'off',
    // Older screen readers know only `presentation`.
    'presentation-role-style': 'off',
  },
});

test.each([
  ['Blank', null],
  ['the form of a template', templateHtml(exampleForm)],
  [
    'the form of a template, with everything',
    templateHtml({
      ...exampleForm,
      logo: {
        pictureId: '01890a5d-ac96-774b-bcce-b302099a8057',
        width: 180,
        height: 48,
        alt: 'Harbour Teas',
      },
      header: { text: 'Harbour & Teas', band: true },
      align: 'center',
      footer: { ...exampleForm.footer, buttons: true },
      signatureLine: true,
    }),
  ],
  [
    'a template for many mail programs',
    readFileSync(new URL('../../../../e2e/sent-templates/hybrid.html', import.meta.url), 'utf8'),
  ],
])('what is sent is valid HTML: %s', async (_what, template) => {
  const renderer = openRenderer();
  const reader = { language: 'en', utcOffset: 60 };
  const email = { name: 'Ana', address: 'ana@mail.example', sentAt: new Date(0), utcOffset: null };
  const quoted = quoteHistory({
    emails: [
      { ...email, text: '> > Which?\n> The large <one>.\nYes & no.', html: null },
      { ...email, text: 'Hi', html: '<div>Hi<p>there<table><tr><td>1</table><img src="x"><blockquote>old' },
    ],
    more: true,
    reader,
  });
  const draft = { ...exampleData.draft, htmlBody: '<p>Hello <b>Ana</b></p><ul><li><p>Tea</p></li></ul>' };
  try {
    const body = await renderer.render(template, { ...exampleData, draft }, quoted);
    const sent = withUnsubscribeLink(body, { url: 'https://acme.example/u?a=1&b=2', label: 'Unsubscribe' });
    const { results } = await validator.validateString(sent.html);
    const messages = results.flatMap((result) => result.messages);
    expect(
      messages.map(({ ruleId, message, line, column }) => `${line}:${column} ${ruleId}: ${message}`),
    ).toEqual([]);
  } finally {
    await renderer.close();
  }
});
