/** The text of HTML; nothing in it is loaded or run. */
export function htmlToText(html: string): string {
  const withLineBreaks = html.replace(/<(br|\/p|\/div|\/li|\/h\d|\/blockquote)\b[^<>]*>/gi, '$&\n');
  const { body } = new DOMParser().parseFromString(withLineBreaks, 'text/html');
  return (body.textContent ?? '').trim();
}
