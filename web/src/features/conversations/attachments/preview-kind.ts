import type { ReactNode } from 'react';
import type { Message } from '../../../api/client.ts';

export type MessageAttachment = Message['attachments'][number];

/** A file to preview: an attachment, or a file at a path in an attached message (see the API). */
export type PreviewFile = Pick<MessageAttachment, 'id' | 'filename' | 'mediaType' | 'size'> & {
  path?: string;
};

/** Shows an attached message; `onOpen` previews one of its files. */
export type RenderMessage = (file: PreviewFile, onOpen: (inner: PreviewFile) => void) => ReactNode;

/** How a file can be previewed; null where it cannot. The server names the type by the file's content. */
export function previewKind(file: {
  mediaType: string;
  size: number;
}): 'picture' | 'pdf' | 'text' | 'message' | null {
  const { mediaType } = file;
  if (/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(mediaType)) return 'picture';
  if (mediaType === 'application/pdf') return 'pdf';
  if (mediaType === 'message/rfc822') return 'message';
  return /^text\/|^application\/(json|xml|ics|csv|x-ndjson|yaml|sql)$|^message\//.test(mediaType)
    ? 'text'
    : null;
}

/** The URL of a file, as shown or to download. */
export function fileUrl(
  instanceId: string,
  { id, path = '' }: Pick<PreviewFile, 'id' | 'path'>,
  options: { download?: boolean } = {},
): string {
  const query = new URLSearchParams({ ...(path && { path }), ...(options.download && { download: 'true' }) });
  const url = `/api/instances/${instanceId}/attachments/${id}`;
  return query.size > 0 ? `${url}?${query}` : url;
}
