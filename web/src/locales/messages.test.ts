import { afterEach, expect, test } from 'vitest';
import { format, languageName, languages, loadAllMessages, locale, setLanguage, t } from './messages.ts';
import { textOf } from './problem.ts';

afterEach(async () => {
  await setLanguage('en');
});

test('each catalogue is a language to choose, named in that language', () => {
  expect(languages).toEqual(expect.arrayContaining(['de', 'en', 'fr']));
  expect(['en', 'de', 'fr'].map(languageName)).toEqual(['English', 'Deutsch', 'Français']);
});

test('the first view has only its own messages until all are loaded', async () => {
  await setLanguage('de');
  expect(t('list.assigned', { name: 'Ana' })).toBe('Zugewiesen an Ana');
  expect(locale).toBe('de-DE');
  expect(format('problems.no-such-tag.title')).toBeUndefined();
  await loadAllMessages();
  expect(format('problems.no-such-tag.title')).toBe('Dieses Schlagwort gibt es nicht mehr.');
  expect(format('mail.test.greeting', { name: 'Ana' })).toBeUndefined();
});

test('plurals and numbers follow the language', async () => {
  await setLanguage('de');
  await loadAllMessages();
  expect([1, 2000].map((count) => t('selection.finished', { count }))).toEqual([
    '1 Unterhaltung geändert',
    '2.000 Unterhaltungen geändert',
  ]);
  // In French zero is singular.
  await setLanguage('fr');
  await loadAllMessages();
  expect([0, 2000].map((count) => t('selection.finished', { count }))).toEqual([
    '0 conversation modifiée',
    '2\u202f000 conversations modifiées',
  ]);
});

test('a name written from right to left does not reorder the text around it', async () => {
  await setLanguage('en');
  expect(t('list.assigned', { name: 'נועה' })).toBe('Assigned to \u2068נועה\u2069');
  expect(t('list.assigned', { name: 'a\u202etxt' })).toBe('Assigned to \u2068a\u202etxt\u2069');
  expect(t('list.assigned', { name: 'Zoë 中' })).toBe('Assigned to Zoë 中');
});

test('a problem has the texts of the page, else those of the server, else its code', async () => {
  await setLanguage('de');
  await loadAllMessages();
  const served = { title: 'There is a tag “VIP” already.', detail: 'Choose another name.' };
  expect(textOf({ code: 'tag-name-taken', params: { name: 'VIP' }, ...served }).title).toBe(
    'Es gibt schon ein Schlagwort „VIP“.',
  );
  expect(textOf({ code: 'of-a-later-version', ...served })).toEqual(served);
  expect(textOf({ code: 'of-a-later-version' })).toEqual({ title: 'of-a-later-version', detail: '' });
});
