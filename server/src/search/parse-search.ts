/** The fields a search can be narrowed by: `from:ana`, `tag:"big customer"`. */
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

/** What a message must hold, or with `not` must not: all of these, each one of several where OR stands between. */
export type TextTerm = { text: string; field: '' | 'from' | 'to' | 'subject'; not: boolean; prefix: boolean };

export type FieldFilter = {
  field: 'has' | 'before' | 'after' | 'tag' | 'assignee' | 'mailbox' | 'is';
  value: string;
  not: boolean;
};

export type ParsedSearch = { textTerms: TextTerm[][]; fieldFilters: FieldFilter[] };

const token = /(-?)(?:([a-z]+):)?(?:"([^"]*)("|$)|([^\s"]+))/giu;
const emptyField = new RegExp(`^-?(${fields.join('|')}):$`, 'i');
const textual = new Set(['from', 'to', 'subject']);

/**
 * Reads what a person typed: words, "phrases", `field:value`, `-` before what must not be, OR between words.
 * Never refuses: an unknown field is two words, an open quotation ends with the line. The last word counts as
 * the beginning of one while it is being typed, that is unless a space or quotation mark follows.
 */
export function parseSearch(text: string): ParsedSearch {
  const textTerms: TextTerm[][] = [];
  const fieldFilters: FieldFilter[] = [];
  let isAlternative = false;
  for (const match of text.matchAll(token)) {
    const [whole, minus = '', name = '', quoted, , unquoted = ''] = match;
    const isField = (fields as readonly string[]).includes(name.toLowerCase());
    const field = (isField ? name.toLowerCase() : '') as Field | '';
    // A name that is no field of ours is what was written: `http://…`, `Re:hello`.
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

/** A day, month or year as one types it, `2026-03-01`, `2026-03`, `2026`: its first day; null for anything else. */
export function readDay(text: string): string | null {
  const match = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text);
  if (!match) return null;
  const [, year = '', month = '1', day = '1'] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const real = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return real && Number(year) >= 1970 ? date.toISOString().slice(0, 10) : null;
}
