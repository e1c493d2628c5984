import { expect, test } from 'vitest';
import { translateProblem } from '../locales/translate.ts';
import { exampleData } from './check-template.ts';
import { unknownNames } from './data-names.ts';
import { renderTemplate } from './render-template.ts';
import type { describeTemplateError } from './template-errors.ts';

const fault = (template: string) => {
  try {
    renderTemplate(template, exampleData);
    return null;
  } catch (error) {
    const { problem, line } = error as ReturnType<typeof describeTemplateError>;
    return { message: translateProblem('en', problem).title, line };
  }
};

test.each([
  [
    '<p>\n{{#if user.name}}\n</p>',
    '{{#if}} at line 2 is never closed: put {{/if}} behind what belongs to it.',
    2,
  ],
  ['a\n{{#if a}}{{/each}}', '{{#if}} at line 2 is closed by {{/each}}: close it with {{/if}}.', 2],
  ['a\n\n{{customer.name}\n{{draft.htmlBody}}', 'A {{ at line 3 is not closed: put }} behind the name.', 3],
  ['a\n{{customer.name', 'A {{ at line 2 is not closed: put }} behind the name.', 2],
  ['{{draft.htmlBody}}\n{{/if}}', '{{/if}} at line 2 closes nothing.', 2],
  [
    '\n{{formatDate message.id}}',
    'It uses {{formatDate …}}, which is no helper of Handlebars’ own at line 2.',
    2,
  ],
  ['\n\n{{> footer}}', 'It uses the partial {{> footer}} at line 3; templates have none.', 3],
  ['{{#if a b}}x{{/if}}', '#if requires exactly one argument.', null],
  [
    '{{!-- {{#if}} --}}\n{{#if a}}',
    '{{#if}} at line 2 is never closed: put {{/if}} behind what belongs to it.',
    2,
  ],
])('an error is described with its line: %s', (template, message, line) => {
  const found = fault(template);
  expect(found?.message.replaceAll("'", '’')).toBe(message.replaceAll("'", '’'));
  expect(found?.line).toBe(line);
});

test('unknown names are found, with their lines', () => {
  const template = `{{customer.nmae}} {{draft.htmlBody}}
{{#if user.avatarURL}}{{conversation.custom.orderStr}}{{else}}{{company}}{{/if}}
{{#each customer.custom}}{{this}}{{key}}{{@key}}{{/each}}{{#with user}}{{name}}{{/with}}{{lookup customer "name"}}`;
  expect(unknownNames(template)).toEqual([
    { name: 'customer.nmae', line: 1 },
    { name: 'user.avatarURL', line: 2 },
    { name: 'company', line: 2 },
  ]);
  expect(unknownNames('{{#if}')).toEqual([]);
});
