/** What a shortcut can name, by the names of templates. */
export type Fill = Record<
  'customer.name' | 'customer.firstName' | 'customer.email' | 'user.name' | 'conversation.subject',
  string
>;

/** Fills a shortcut's placeholders; one that is not known here stays, to be seen and filled by hand. */
export function fillPlaceholders(html: string, fill: Fill): string {
  return html.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (whole, name: string) => {
    const value = Object.hasOwn(fill, name) ? fill[name as keyof Fill] : '';
    return value ? escapeHtml(value) : whole;
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
