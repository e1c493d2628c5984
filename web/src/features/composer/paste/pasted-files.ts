/**
 * The files of a paste or drop. Empty if it has text too: Word adds an image of the copied text, which stays
 * text. HTML of a single image is no text.
 */
export function pastedFiles(data: DataTransfer | null): File[] {
  const html = data?.getData('text/html') ?? '';
  const isImageOnly = /<img/i.test(html) && html.replace(/<[^<>]*>|\s/g, '') === '';
  return html && !isImageOnly ? [] : [...(data?.files ?? [])];
}
