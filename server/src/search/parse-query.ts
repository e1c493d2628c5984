/** The fields of a search: `from:ana`, `tag:"big customer"`. */
export const fields = [
  'from',
  'to',
  'subject',
  'has',
  'before',
  'after',
  'tag',
  'assignee',
  'mailbox',
  'is',
] as const;
export type Field = (typeof fields)[number];

/** A word or phrase that a message must contain, or with `not` must not. */
export type TextTerm = { text: string; field: '' | 'from' | 'to' | 'subject'; not: boolean; prefix: boolean };

export type FieldFilter = {
  field: 'has' | 'before' | 'after' | 'tag' | 'assignee' | 'mailbox' | 'is';
  value: string;
  not: boolean;
};

/** `textTerms`: all must match, each by one of its alternatives (OR). */
export type ParsedSearch = { textTerms: TextTerm[][]; fieldFilters: FieldFilter[] };

const token = /(-?)(?:([a-z]+):)?(?:"([^"]*)("|$)|([^\s"]+))/giu;
const emptyField = new RegExp(`^-?(${fields.join('|')}):$`, 'i');
const textual = new Set(['from', 'to', 'subject']);

/**
 * Parses a search: words, "phrases", `field:value`, `-` for negation, OR between alternatives. There are no
 * syntax errors: an unknown field is text, an unclosed quotation mark extends to the end. The last word
 * is a prefix unless a space or quotation mark follows, because it is still being typed.
 */
export function parseSearch(text: string): ParsedSearch {
  const textTerms: TextTerm[][] = [];
  const fieldFilters: FieldFilter[] = [];
  let isAlternative = false;
  for (const match of text.matchAll(token)) {
    const [whole, minus = '', name = '', quoted, , unquoted = ''] = match;
    const isField = (fields as readonly string[]).includes(name.toLowerCase());
    const field = (isField ? name.toLowerCase() : '') as Field | '';
    // An unknown field is text: `http://…`, `Re:hello`.
    const value = quoted ?? (isField || !name ? unquoted : `${name}:${unquoted}`);
    if (!field && quoted === undefined && value === 'OR') {
      isAlternative = textTerms.length > 0;
      continue;
    }
    if (value.trim() === '' || emptyField.test(whole)) continue;
    const last = match.index + whole.length === text.length;
    if (field && !textual.has(field)) {
      fieldFilters.push({ field: field as FieldFilter['field'], value: value.trim(), not: minus === '-' });
      continue;
    }
    const term: TextTerm = {
      text: value,
      field: field as TextTerm['field'],
      not: minus === '-',
      prefix: (last && quoted === undefined) || (field !== '' && quoted === undefined),
    };
    if (isAlternative) textTerms.at(-1)!.push(term);
    else textTerms.push([term]);
    isAlternative = false;
  }
  return { textTerms, fieldFilters };
}

/** The first day of a day, month or year (`2026-03-01`, `2026-03`, `2026`); null for anything else. */
export function readDay(text: string): string | null {
  const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const [, year = '', month = '1', day = '1'] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const real = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return real && Number(year) >= 1970 ? date.toISOString().slice(0, 10) : null;
}
