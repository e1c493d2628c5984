import { readdirSync, readFileSync } from 'node:fs';
import type { IntlMessageFormat } from 'intl-messageformat';
import Negotiator from 'negotiator';
import type { Arguments, MessageKey, Parameters } from '../../../locales/keys.ts';
import { type Format, type ProblemParams, problemText } from '../../../locales/problem-text.ts';
import { loadLater } from '../load-later.ts';

const library = loadLater<typeof import('intl-messageformat')>('intl-messageformat');

const folder = new URL('../../../locales/', import.meta.url);
/** The catalogues by language, English first: it is used where a language has no catalogue. */
const catalogues = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort((one, other) => Number(other === 'en') - Number(one === 'en'))
    .map((language) => [language, open(language)]),
);

/** The languages of the catalogues (ISO 639-1), English first. */
export const languages: readonly string[] = [...catalogues.keys()];

type Catalogue = (key: string, parameters: Parameters) => string | undefined;

/** A catalogue; it is read, and each message parsed, when it is first asked for. */
function open(language: string): Catalogue {
  let texts: Record<string, string> | null = null;
  const parsed = new Map<string, IntlMessageFormat>();
  return (key, parameters) => {
    texts ??= JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8')) as Record<string, string>;
    const text = texts[key];
    if (text === undefined) return undefined;
    const { IntlMessageFormat } = library();
    const format =
      parsed.get(key) ?? new IntlMessageFormat(text, texts.locale, undefined, { ignoreTag: true });
    parsed.set(key, format);
    return format.format(parameters) as string;
  };
}

const of = (language: string | null | undefined) => catalogues.get(language ?? 'en') ?? catalogues.get('en')!;

/** A message in a language; in English where there is no catalogue in it. */
export function translate<Key extends MessageKey>(
  language: string | null | undefined,
  key: Key,
  ...[parameters]: Arguments<Key>
): string {
  return of(language)(key, parameters ?? {}) ?? key;
}

/** The texts of a problem in a language; for an unknown code, the code itself. */
export function translateProblem(
  language: string | null | undefined,
  problem: { code: string; params?: ProblemParams },
  namespace?: 'googleChecks',
): { title: string; detail: string } {
  const format = of(language);
  const safeFormat: Format = (key, parameters) => {
    try {
      return format(key, parameters);
    } catch {
      return undefined; // stored by another version: a parameter is missing
    }
  };
  return problemText(problem, safeFormat, namespace);
}

/** The language a request asks for by Accept-Language (RFC 9110 §12.5.4); English where it asks for none there is. */
export function languageOfRequest(header: string | undefined): string {
  return new Negotiator({ headers: { 'accept-language': header } }).language([...languages]) ?? 'en';
}
