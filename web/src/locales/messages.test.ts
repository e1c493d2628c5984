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
