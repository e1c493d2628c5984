import { splitName } from '../../../../../locales/person-name.ts';

/** The values of a saved reply's placeholders, which have the names they have in templates. */
export type PlaceholderValues = Record<
  'customer.name' | 'customer.firstName' | 'customer.email' | 'user.name' | 'conversation.subject',
  string
>;

/** Fills the placeholders in HTML; one without a value stays, for the user to see and replace. */
export function fillPlaceholders(html: string, values: PlaceholderValues): string {
  return html.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as keyof PlaceholderValues] : '';
    return value ? escapeHtml(value) : whole;
  });
}

/** A saved reply with its placeholders filled; without a known customer the first recipient gives the name. */
export function fillSavedReply(
  html: string,
  values: Omit<PlaceholderValues, 'customer.firstName'>,
  firstRecipient = '',
): string {
  const customer = values['customer.name'] || firstRecipient.replace(/<[^<>]*>$/, '').trimEnd();
  const { name, firstName } = splitName(customer, values['customer.email']);
  return fillPlaceholders(html, {
    ...values,
    'customer.name': name,
    'customer.firstName': firstName,
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
