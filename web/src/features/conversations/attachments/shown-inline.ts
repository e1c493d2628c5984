import type { Message } from '../../../api/client.ts';
import { cleanHtml } from '../../../ui/clean-html.ts';
import { previewKind } from './preview-kind.ts';

type File = Pick<Message['attachments'][number], 'mediaType' | 'size' | 'contentId'>;

/** The images that the HTML of a message itself shows, so that its list of files leaves them out. */
export function shownInline<Entry extends File>(html: string | null, files: Entry[]): Set<Entry> {
  const candidates = files.filter((file) => file.contentId !== null && previewKind(file) === 'picture');
  if (html === null || candidates.length === 0) return new Set();
  const urls = new Map(
    candidates.map((file, index) => [file.contentId!, `${location.origin}/inline/${index}`]),
  );
  const { imageSources } = cleanHtml(html, urls);
  return new Set(candidates.filter((file) => imageSources.includes(urls.get(file.contentId!)!)));
}
