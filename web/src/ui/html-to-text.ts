/** The words of HTML alone, for a line or two; nothing in it is loaded or run. */
export function textOfHtml(html: string): string {
  const apart = html.replace(/<(br|\/p|\/div|\/li|\/h\d|\/blockquote)\b[^>]*>/gi, '$&\n');
  const { body } = new DOMParser().parseFromString(apart, 'text/html');
  return (body.textContent ?? '').trim();
}
