import type { Message } from '../../../api/client.ts';

export type MessageAttachment = Message['attachments'][number];

/** How a file can be previewed; null where it cannot. */
export function previewKind(file: { mediaType: string; size: number }): 'picture' | 'pdf' | 'text' | null {
  const { mediaType, size } = file;
  if (/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(mediaType)) return 'picture';
  if (mediaType === 'application/pdf') return 'pdf';
  const text = /^text\/|^application\/(json|xml|ics)$/.test(mediaType);
  return text && size < 5_000_000 ? 'text' : null;
}
