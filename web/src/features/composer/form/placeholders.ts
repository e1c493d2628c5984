/** What a shortcut can name, by the names of templates. */
export type PlaceholderValues = Record<
  'customer.name' | 'customer.firstName' | 'customer.email' | 'user.name' | 'conversation.subject',
  string
>;

/** Fills a shortcut's placeholders; one that is not known here stays, to be seen and filled by hand. */
export function fillPlaceholders(html: string, values: PlaceholderValues): string {
  return html.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name as keyof PlaceholderValues] : '';
    return value ? escapeHtml(value) : whole;
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
