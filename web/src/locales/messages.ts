import { IntlMessageFormat } from 'intl-messageformat';
import type { Compiled } from '../../../locales/icu.ts';
import type { Arguments, MessageKey, Parameters } from '../../../locales/keys.ts';

type Catalogue = Record<string, Compiled>;
type Load = () => Promise<Catalogue>;

// web/messages-plugin.ts divides each catalogue in two and parses its messages.
const firstParts = import.meta.glob<Catalogue>('../../../locales/*.json', {
  query: '?first',
  import: 'default',
});
const restParts = import.meta.glob<Catalogue>('../../../locales/*.json', {
  query: '?rest',
  import: 'default',
});
const partOf = (parts: Record<string, Load>, language: string) => parts[`../../../locales/${language}.json`]!;

/** The languages of the catalogues (ISO 639-1). */
export const languages = Object.keys(firstParts).map((path) => /\/(\w+)\.json$/.exec(path)![1]!);

/** The name of a language in that language, such as "Deutsch". */
export function languageName(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code)!;
  return name[0]!.toLocaleUpperCase(code) + name.slice(1);
}

/** The language in use. It is set before the first render, so no module may translate while it is loaded. */
export let language = 'en';
/** How the language in use writes times and numbers (BCP 47). */
export let locale = 'en-GB';

let catalogue: Catalogue = {};
let formats = new Map<string, IntlMessageFormat>();
let rest: Promise<void> | null = null;

/** Loads the messages of the first view in a language, and uses it from here on. */
export async function setLanguage(chosen: string): Promise<void> {
  catalogue = { ...(await partOf(firstParts, chosen)()) };
  formats = new Map();
  rest = null;
  language = chosen;
  locale = catalogue.locale as string;
}

/** Loads all other messages, once; what is rendered after the first view waits for them (lazy.ts). */
export function loadAllMessages(): Promise<void> {
  rest ??= partOf(restParts, language)().then(
    (loaded) => void Object.assign(catalogue, loaded),
    (error) => {
      rest = null;
      throw error;
    },
  );
  return rest;
}

/** A message in the language in use. */
export function t<Key extends MessageKey>(key: Key, ...[parameters]: Arguments<Key>): string {
  return format(key, parameters as Parameters | undefined) ?? key;
}

/** A message whose key is known only at run time; undefined where there is none. */
export function format(key: string, parameters?: Parameters): string | undefined {
  const message = catalogue[key];
  if (message === undefined || typeof message === 'string') return message;
  const made = formats.get(key) ?? new IntlMessageFormat(message, locale);
  formats.set(key, made);
  return made.format(parameters && isolated(parameters)) as string;
}

/** The blocks of scripts that are written from right to left, and marks that change the direction (UAX #9). */
const mayChangeDirection =
  /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Words of others, isolated so that their direction does not reorder the text around them, nor gives it theirs. */
function isolated(parameters: Parameters): Parameters {
  const isolate = (value: string | number) =>
    typeof value === 'string' && mayChangeDirection.test(value) ? `\u2068${value}\u2069` : value;
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, isolate(value)]));
}
