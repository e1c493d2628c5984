/** What was dropped, pasted or chosen: files, and the names of folders, which have no content to upload. */
export type DroppedFiles = { files: File[]; folders: string[] };

/**
 * The files and folders of a paste or drop; both empty if it has text too: Word adds an image of the copied text,
 * which stays text. HTML of a single image is no text. Call it while the event is handled.
 */
export function droppedFiles(data: DataTransfer | null): DroppedFiles {
  const html = data?.getData('text/html') ?? '';
  const isImageOnly = /<img/i.test(html) && html.replace(/<[^<>]*>|\s/g, '') === '';
  if (!data || (html && !isImageOnly)) return { files: [], folders: [] };
  const folders = [...data.items].flatMap((item) => {
    // The one way to tell a folder from a file (File and Directory Entries API §4).
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry?.isDirectory ? [entry.name] : [];
  });
  return { files: [...data.files].filter(({ name }) => !folders.includes(name)), folders };
}
