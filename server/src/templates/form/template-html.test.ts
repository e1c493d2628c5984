import { afterAll, describe, expect, test } from 'vitest';
import type { TemplateForm } from '../../database/column-types.ts';
import { exampleForm } from '../../testing/template-form.ts';
import { exampleData, templateProblem } from '../check-template.ts';
import { unknownNames } from '../data-names.ts';
import { renderTemplate } from '../render-template.ts';
import { openRenderer } from '../renderer.ts';
import { templateWarnings } from '../template-warnings.ts';
import { contrast, lowContrasts, minContrast, readableOn, textOn } from './colors.ts';
import { darkColors, templateHtml } from './template-html.ts';

const renderer = openRenderer();
afterAll(() => renderer.close());

const with_ = (values: Partial<TemplateForm>): TemplateForm => ({ ...exampleForm, ...values });
const logo = {
  pictureId: '01890a5d-ac96-774b-bcce-b302099a8057',
  width: 180,
  height: 48,
  alt: 'Harbour "Teas"',
};
const forms: Array<[string, TemplateForm]> = [
  ['as it begins', exampleForm],
  [
    'with everything',
    with_({
      logo,
      header: { text: 'Harbour\nTeas', band: true },
      align: 'center',
      footer: { ...exampleForm.footer, buttons: true },
      signatureLine: true,
      font: 'trebuchet',
    }),
  ],
  [
    'with nothing',
    with_({
      header: { text: '', band: false },
      footer: { text: ' ', links: [{ label: '', url: '' }], buttons: true },
    }),
  ],
];

describe.each(forms)('the HTML of a form %s', (_what, form) => {
  const html = templateHtml(form);

  test('can be saved, and has no warning and no unknown name', async () => {
    expect(await templateProblem(renderer, html)).toBeNull();
    expect(unknownNames(html)).toEqual([]);
    expect(templateWarnings(html, renderTemplate(html, exampleData).html)).toEqual([]);
  });

  test('is the same each time', () => {
    expect(templateHtml(structuredClone(form))).toBe(html);
  });

  test('has the language and the direction of the message, and its styles inlined', () => {
    const draft = {
      ...exampleData.draft,
      htmlBody: '<p>שלום <a href="https://a.example">b</a></p>',
      language: 'he',
      direction: 'rtl' as const,
    };
    const sent = renderTemplate(html, { ...exampleData, draft }).html;
    expect(sent).toMatch(/<html lang="he" dir="rtl"/);
    expect(sent).toMatch(/<table [^>]*lang="he" dir="rtl"/);
    expect(sent).toMatch(/<td class="content"[^>]*style="[^"]*padding: 24px 28px/);
    expect(sent).toMatch(/<a href="https:\/\/a\.example" style="color: #0f6b63;">/);
    // What only some programs apply stays, and overrides what was inlined.
    expect(sent).toMatch(/prefers-color-scheme: dark\) \{[^@]*\.content \{\s+color: #f0f0f0 !important/);
  });
});

test('quoted messages stand in the frame, below the signature', () => {
  const data = { ...exampleData, user: { ...exampleData.user, emailSignature: '<b>John</b>' } };
  const quoted = { html: '<blockquote>Before</blockquote>', text: '> Before' };
  const { html } = renderTemplate(templateHtml(with_({ signatureLine: true })), data, quoted);
  expect(html).toMatch(/placeholder[\s\S]*<b>John<\/b>[\s\S]*Before[\s\S]*<\/td><\/tr>[\s\S]*class="footer"/);
  const without = renderTemplate(templateHtml(exampleForm), data, quoted).html;
  expect(without).toMatch(/placeholder[\s\S]*Before[\s\S]*<\/td><\/tr>[\s\S]*class="footer"/);
});

test('texts of the form are text: only data that it may name is filled', () => {
  const text = '<b>{{user.name}}</b> {{draft.htmlBody}} {{#if user.name}}x{{/if}} {{{user.email}}} "';
  const form = with_({ header: { text, band: false }, footer: { text, links: [], buttons: false } });
  const { html, text: plain } = renderTemplate(templateHtml(form), exampleData);
  expect(html).toContain('&lt;b&gt;John Carter&lt;/b&gt; &#123;&#123;draft.htmlBody&#125;&#125;');
  expect(plain).toContain('<b>John Carter</b> {{draft.htmlBody}} {{#if user.name}}x{{/if}}');
});

test('links keep their address, and buttons are cells', () => {
  const html = templateHtml(with_({ footer: { ...exampleForm.footer, buttons: true } }));
  const sent = renderTemplate(html, exampleData).html;
  expect(sent).toContain('href="https://harbour.example/help?a=1&amp;b=2"');
  expect(sent).toMatch(
    /<td class="button" style="[^"]*padding: 9px 16px;[^"]*background-color: #0f6b63;[^"]*"><a [^>]*color: #ffffff/,
  );
});

test('colors that are hard to read are named; derived ones can be read', () => {
  expect(lowContrasts(exampleForm.colors)).toEqual([]);
  expect(lowContrasts({ text: '#888888', brand: '#ffd400', card: '#ffffff' })).toEqual([
    { part: 'text', ratio: expect.closeTo(3.54, 2) },
    { part: 'links', ratio: expect.closeTo(1.42, 1) },
  ]);
  for (let color = 0; color < 0xffffff; color += 0x0a3f17) {
    const brand = `#${color.toString(16).padStart(6, '0')}`;
    expect(contrast(textOn(brand), brand)).toBeGreaterThanOrEqual(minContrast);
    expect(contrast(readableOn('#0f6b63', brand), brand)).toBeGreaterThanOrEqual(minContrast);
    const dark = darkColors(brand);
    expect(contrast(dark.link, dark.card)).toBeGreaterThanOrEqual(minContrast);
    expect(contrast(dark.footer, dark.page)).toBeGreaterThanOrEqual(minContrast);
  }
});
