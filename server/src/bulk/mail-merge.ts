/** Whom a bulk message goes to, as its fields are filled. */
export type MergeData = { name: string; email: string; fields: Record<string, string> };

const field = /\{\{\{?\s*([^{}]{1,100}?)\s*\}?\}\}/g;

/**
 * Fills `{{firstName}}`, `{{name}}`, `{{email}}` (also `customer.…`) and the list's own columns into a
 * text. `escapeValue` makes each value safe for its place. Unknown fields become nothing: see unknownFields.
 */
export function mailMerge(text: string, data: MergeData, escapeValue: (value: string) => string): string {
  const values = valuesOf(data);
  return text.replace(field, (_all, name: string) => escapeValue(values.get(fieldKey(name)) ?? ''));
}

/** The fields of a text that are neither ours nor columns of the list, as written. */
export function unknownFields(text: string, columns: string[]): string[] {
  const knownKeys = new Set([...builtInFields, ...columns.map(fieldKey)]);
  const used = [...text.matchAll(field)].map(([, name]) => name!);
  return [...new Set(used.filter((name) => !knownKeys.has(fieldKey(name))))];
}

/** For a text that is HTML. */
export function escapeForHtml(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** For a text that is one line, as a subject is. */
export function toSingleLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return value.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

const builtInFields = ['firstname', 'name', 'email'];

function valuesOf({ name, email, fields }: MergeData): Map<string, string> {
  const values = new Map(Object.entries(fields).map(([column, value]) => [fieldKey(column), value]));
  values.set('name', name);
  values.set('firstname', values.get('firstname') || (name.split(' ')[0] ?? ''));
  values.set('email', email);
  return values;
}

/** `customer.firstName`, `First name` and `first_name` are one. */
function fieldKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(customer|fields)\./, '')
    .replace(/[\s_-]+/g, '');
}
