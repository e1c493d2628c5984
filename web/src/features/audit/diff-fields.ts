import { words } from '../../words/words.ts';

export type Change = { field: string; before: unknown; after: unknown };

/** What differs between what was and what is, field by field; of what stayed nothing. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((field) => ({ field, before: was[field], after: is[field] }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

function fieldsOf(value: unknown): Record<string, unknown> {
  if (value === null || value === undefined) return {};
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

/** A value as people read it. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return words.audit.nothing;
  if (typeof value === 'boolean') return value ? words.audit.yes : words.audit.no;
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}
