import { splitName } from '../../../locales/person-name.ts';
import type { CardNumberFilter } from '../drafts/card-number-filter.ts';
import { encodeUrlPart, replaceUrlParts } from '../templates/values-in-links.ts';
import type { ListedRecipient } from './parse-recipient-list.ts';

/** The values of one recipient; the keys of `fields` are the columns of the list. */
export type MergeData = { name: string; email: string; fields: Record<string, string> };

const field = /\{\{\{?([^{}]{1,200})\}?\}\}/g;

/** The subject and HTML of a bulk message for one recipient, without the card numbers its data may hold. */
export function fillBulkMessage(
  { subject, html }: { subject: string; html: string },
  { name, address, fields }: ListedRecipient,
  filterCardNumbers: CardNumberFilter,
): { subject: string; html: string } {
  const data = { name, email: address, fields };
  return filterCardNumbers({
    subject: toSingleLine(mailMerge(subject, data, toSingleLine)),
    html: mergeHtml(html, data),
  });
}

/** Fills the fields of HTML; a value that is a part of a URL is encoded. */
export function mergeHtml(html: string, data: MergeData): string {
  const encoded = replaceUrlParts(html, field, (inner) => mailMerge(`{{${inner}}}`, data, encodeUrlPart));
  return mailMerge(encoded, data, escapeForHtml);
}

/**
 * Replaces `{{firstName}}`, `{{lastName}}`, `{{name}}`, `{{email}}` (also as `customer.…`) and the columns of
 * the list by their values, each escaped by `escapeValue`. `{{firstName|there}}` has a default for an empty
 * value. Unknown fields become empty: see unknownFields.
 */
export function mailMerge(text: string, data: MergeData, escapeValue: (value: string) => string): string {
  const values = valuesOf(data);
  return text.replace(field, (_all, inner: string) => {
    const { name, fallback } = readField(inner);
    const value = values.get(fieldKey(name)) ?? '';
    return value.trim() === '' ? fallback : escapeValue(value);
  });
}

/** The fields of a text that are neither built in nor a column of the list, as written. */
export function unknownFields(text: string, columns: string[]): string[] {
  const knownKeys = new Set([...builtInFields, ...columns.map(fieldKey)]);
  const used = [...text.matchAll(field)].map(([, inner]) => readField(inner!).name);
  return [...new Set(used.filter((name) => !knownKeys.has(fieldKey(name))))];
}

/** The fields of a text that have no default, as written, each once. */
export function fieldsWithoutDefault(text: string): string[] {
  const used = [...text.matchAll(field)].map(([, inner]) => readField(inner!));
  return [...new Set(used.filter(({ fallback }) => fallback === '').map(({ name }) => name))];
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

const builtInFields = ['firstname', 'lastname', 'name', 'email'];

/** The name of a field and its default, which its author wrote and which therefore is not escaped. */
function readField(inner: string): { name: string; fallback: string } {
  const [name = '', ...fallback] = inner.replaceAll('&nbsp;', ' ').split('|');
  return { name: name.trim(), fallback: fallback.join('|').trim() };
}

function valuesOf({ name: listedName, email, fields }: MergeData): Map<string, string> {
  const values = new Map(Object.entries(fields).map(([column, value]) => [fieldKey(column), value]));
  const { name, firstName, lastName } = splitName(listedName, email);
  values.set('name', name);
  values.set('firstname', values.get('firstname') || firstName);
  values.set('lastname', values.get('lastname') || lastName);
  values.set('email', email);
  return values;
}

/** `customer.firstName`, `First name` and `first_name` are the same field. */
export function fieldKey(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/^(customer|fields)\./, '')
    .replace(/[\s_-]+/g, '');
}
