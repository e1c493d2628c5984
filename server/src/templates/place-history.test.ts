import { expect, test } from 'vitest';
import { exampleData } from './check-template.ts';
import { renderTemplate, type TemplateData } from './render-template.ts';

const data: TemplateData = {
  ...exampleData,
  draft: { htmlBody: '<p>Own</p>', textBody: 'Own' },
  user: { ...exampleData.user, emailSignature: '<i>Sign</i>' },
};
const quoted = { html: '<q>Q</q>', text: '> Q' };
const placed = (template: string) => renderTemplate(template, data, quoted);

test.each([
  ['the cell of the draft', '<table><tr><td>{{draft.htmlBody}}#</td></tr><tr><td>Foot</td></tr></table>'],
  ['a block', '<body><div class="w"><p>Hi</p>{{draft.htmlBody}}#</div>Foot</body>'],
  ['below a signature in the cell', '<td>{{draft.htmlBody}}<br>{{{user.emailSignature}}}#</td>'],
  [
    'below a signature in a block of the cell',
    '<td><div>{{draft.htmlBody}}</div><div>{{{user.emailSignature}}}</div>#</td>',
  ],
  [
    'not in the row of the signature',
    '<table><tr><td>{{draft.htmlBody}}#</td></tr><tr><td>{{{user.emailSignature}}}</td></tr></table>',
  ],
  ['outside of a paragraph', '<div><p>{{draft.textBody}}</p>#</div>'],
  [
    'inside of the frame, not in the cell around it',
    '<td><div class="w"><div>{{draft.htmlBody}}#</div></div></td>',
  ],
  ['the end of the body', '<html><body>{{draft.htmlBody}}<p>Foot</p>#</body></html>'],
  ['the end of a template without blocks', '{{draft.htmlBody}}<hr>#'],
  ['the second of two drafts', '<div>{{draft.htmlBody}}</div><div>{{draft.htmlBody}}#</div>'],
])('quoted messages are placed: %s', (_what, template) => {
  const expected = renderTemplate(template.replace('#', '%here%'), data).html.replace('%here%', quoted.html);
  expect(placed(template.replace('#', '')).html).toBe(expected);
});

test('the text quotes them at its end', () => {
  expect(placed('<td>{{draft.htmlBody}}</td><td>Foot</td>').text).toMatch(/^Own\s+Foot\n\n> Q$/);
});

test('nothing of the placing is left in an attribute', () => {
  const template =
    '<a href="https://x.example/?t={{draft.textBody}}" title="{{draft.textBody}}">x</a>{{draft.htmlBody}}';
  expect(placed(template).html).not.toContain('postroom');
});
