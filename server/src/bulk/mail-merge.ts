import type { CardNumberFilter } from '../drafts/card-number-filter.ts';
import type { ListedRecipient } from './parse-recipient-list.ts';

/** The values of one recipient; the keys of `fields` are the columns of the list. */
export type MergeData = { name: string; email: string; fields: Record<string, string> };

const field = /\{\{\{?\s*([^{}]{1,100}?)\s*\}?\}\}/g;

/** The subject and HTML of a bulk message for one recipient, without the card numbers its data may hold. */
export function fillBulkMessage(
  { subject, html }: { subject: string; html: string },
  { name, address, fields }: ListedRecipient,
  filterCardNumbers: CardNumberFilter,
): { subject: string; html: string } {
  const data = { name, email: address, fields };
  return filterCardNumbers({
    subject: toSingleLine(mailMerge(subject, data, toSingleLine)),
    html: mailMerge(html, data, escapeForHtml),
  });
}

/**
 * Replaces `{{firstName}}`, `{{name}}`, `{{email}}` (also as `customer.…`) and the columns of the list by
 * their values, each escaped by `escapeValue`. Unknown fields become empty: see unknownFields.
 */
export function mailMerge(text: string, data: MergeData, escapeValue: (value: string) => string): string {
  const values = valuesOf(data);
  return text.replace(field, (_all, name: string) => escapeValue(values.get(fieldKey(name)) ?? ''));
}

/** The fields of a text that are neither built in nor a column of the list, as written. */
export function unknownFields(text: string, columns: string[]): string[] {
  const knownKeys = new Set([...builtInFields, ...columns.map(fieldKey)]);
  const used = [...text.matchAll(field)].map(([, name]) => name!);
  return [...new Set(used.filter((name) => !knownKeys.has(fieldKey(name))))];
}

/** Escapes a value for HTML. */
export function escapeForHtml(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Replaces line breaks and other control characters: a subject is one line. */
export function toSingleLine(value: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are removed
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

/** `customer.firstName`, `First name` and `first_name` are the same field. */
function fieldKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(customer|fields)\./, '')
    .replace(/[\s_-]+/g, '');
}
