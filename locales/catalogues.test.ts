import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compile, parametersOf } from './icu.ts';
import { usedKeys } from './used-keys.ts';
import { messageTypes } from './write-types.ts';

const root = new URL('../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');
const catalogue = (language: string): Record<string, string> => JSON.parse(read(`locales/${language}.json`));
const languages = readdirSync(new URL('locales', root))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.replace('.json', ''));
const english = catalogue('en');

describe.each(languages)('the catalogue of %s', (language) => {
  const messages = catalogue(language);

  test('names a locale that Intl knows', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf(messages.locale!)).toEqual([messages.locale]);
    expect(new Intl.Locale(messages.locale!).language).toBe(language);
  });

  test('has the keys of English, in their order', () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english));
  });

  test('holds valid ICU messages with the parameters of English', () => {
    const parameters = (text: string) => Object.entries(parametersOf(compile(text))).sort();
    for (const [key, text] of Object.entries(messages)) {
      expect([key, parameters(text)]).toEqual([key, parameters(english[key] ?? '')]);
    }
  });
});

test('every key is used by the web or the server', () => {
  const uses = sources('web/src', 'server/src').map(usedKeys);
  const isUsed = (key: string) => key === 'locale' || uses.some((uses) => uses(key));
  expect(Object.keys(english).filter((key) => !codeOf(key) && !isUsed(key))).toEqual([]);
});

test('every problem in the catalogues is one that the server reports', () => {
  const server = sources('server/src');
  const codes = new Set(Object.keys(english).map(codeOf).filter(Boolean));
  const isReported = (code: string) => server.some((source) => source.includes(`'${code}'`));
  // legacy: stored by migration 0058 for sentences that it did not recognize.
  expect([...codes].filter((code) => !isReported(code!))).toEqual(['legacy']);
});

test('the generated types are those of the English catalogue (npm run message-types)', () => {
  expect(read('locales/generated/messages.ts')).toBe(messageTypes(english));
});

/** The code of the problem or check that a key belongs to. */
function codeOf(key: string): string | undefined {
  return /^(?:problems|googleChecks)\.(.+)\.(?:title|detail)$/.exec(key)?.[1];
}

/** The sources below these folders, tests and what is generated left out. */
function sources(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|(^|\/)(testing|generated)\//.test(name))
      .map((name) => read(`${folder}/${name}`)),
  );
}
