/** Inserts HTML before the end of a document: some mail clients drop what comes after it. */
export function appendToBody(html: string, more: string): string {
  const end = /<\/body>\s*(<\/html>\s*)?$/i.exec(html);
  return end ? `${html.slice(0, end.index)}${more}${html.slice(end.index)}` : `${html}${more}`;
}
