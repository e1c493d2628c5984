import { expect, test } from 'vitest';
import { languageOfRequest, languages, translate, translateProblem } from './translate.ts';

test('a message is in the requested language, or in English where that has no catalogue', () => {
  const address = 'support@acme.example';
  expect(translate('de', 'mail.test.subject', { address })).toBe(`Testnachricht von ${address}`);
  for (const language of ['en', 'xx', null, undefined]) {
    expect(translate(language, 'mail.test.subject', { address })).toBe(`Test message from ${address}`);
  }
});

test('numbers and plurals follow the language', () => {
  const problem = { code: 'bulk-too-many-bounces', params: { bounced: 1200, sent: 20000 } };
  expect(translateProblem('en', problem).title).toMatch(/^1,200 of 20,000 messages/);
  expect(translateProblem('de', problem).title).toMatch(/^1\.200 von 20\.000 Nachrichten/);
  expect(translateProblem('fr', problem).title).toMatch(/^1\u202f200 messages sur 20\u202f000 sont revenus/);
  expect(translateProblem('en', { code: 'too-many-attempts', params: { minutes: 1 } }).detail).toBe(
    'Wait a minute and try again.',
  );
});

test('a parameter may be a problem itself, and braces of templates are text', () => {
  const fault = { code: 'template-open-block', params: { name: 'if', line: 3 } } as const;
  expect(translateProblem('en', { code: 'template-broken', params: { fault } })).toEqual({
    title: 'The template cannot be filled.',
    detail: '{{#if}} at line 3 is never closed: put {{/if}} behind what belongs to it.',
  });
  expect(translateProblem('en', { code: 'bulk-unknown-field', params: { name: 'city' } }).detail).toMatch(
    /^Take \{\{city}} out of/,
  );
});

test('an unknown code is shown as it is', () => {
  expect(translateProblem('de', { code: 'of-a-later-version' })).toEqual({
    title: 'of-a-later-version',
    detail: '',
  });
});

test.each([
  [undefined, 'en'],
  ['de', 'de'],
  ['de-AT, de;q=0.9, en;q=0.5', 'de'],
  ['fr-CA, fr;q=0.9, en;q=0.5', 'fr'],
  ['xx, de;q=0.3, en;q=0.5', 'en'],
  ['xx', 'en'],
  ['*', 'en'],
])('Accept-Language %s asks for %s', (header, language) => {
  expect(languageOfRequest(header)).toBe(language);
  expect(languages).toContain(language);
});
