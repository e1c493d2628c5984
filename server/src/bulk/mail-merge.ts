/** Whom a bulk message goes to, as its fields are filled. */
export type MergeData = { name: string; email: string; fields: Record<string, string> };

const field = /\{\{\{?\s*([^{}]{1,100}?)\s*\}?\}\}/g;

/**
 * Fills `{{firstName}}`, `{{name}}`, `{{email}}` (also `customer.…`) and the list's own columns into a
 * text. `fit` makes each value fit where it stands. Unknown fields become nothing: see unknownFields.
 */
export function merge(text: string, data: MergeData, fit: (value: string) => string): string {
  const values = valuesOf(data);
  return text.replace(field, (_all, name: string) => fit(values.get(keyOf(name)) ?? ''));
}

/** The fields of a text that are neither ours nor columns of the list, as written. */
export function unknownFields(text: string, columns: string[]): string[] {
  const known = new Set([...ours, ...columns.map(keyOf)]);
  const used = [...text.matchAll(field)].map(([, name]) => name!);
  return [...new Set(used.filter((name) => !known.has(keyOf(name))))];
}

/** For a text that is HTML. */
export function asHtml(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** For a text that is one line, as a subject is. */
export function asLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return value.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

const ours = ['firstname', 'name', 'email'];

function valuesOf({ name, email, fields }: MergeData): Map<string, string> {
  const values = new Map(Object.entries(fields).map(([column, value]) => [keyOf(column), value]));
  values.set('name', name);
  values.set('firstname', values.get('firstname') || (name.split(' ')[0] ?? ''));
  values.set('email', email);
  return values;
}

/** `customer.firstName`, `First name` and `first_name` are one. */
function keyOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(customer|fields)\./, '')
    .replace(/[\s_-]+/g, '');
}
