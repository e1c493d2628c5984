import { type DraftAttachment, ProblemError, problemOf } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';

/** Gmail's limit for the attachments of a message, before encoding; the server enforces it, too. */
export const maxAttachmentBytes = 25 * 1024 * 1024;

/** Uploads a file to a draft; `onProgress` gets a fraction from 0 to 1, which fetch could not report. */
export function upload(
  target: { instanceId: string; draftId: string; attachmentId: string },
  file: File,
  {
    inline,
    onProgress,
    signal,
  }: { inline: boolean; onProgress(fraction: number): void; signal: AbortSignal },
): Promise<DraftAttachment> {
  const { instanceId, draftId, attachmentId } = target;
  const query = new URLSearchParams({
    filename: file.name || (inline ? 'image.png' : 'file'),
    mediaType: file.type || 'application/octet-stream',
    inline: String(inline),
  });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const rejectWith = (body: unknown) => {
      const { status, code, message, detail } = problemOf(request.status, body);
      const title = code === 'unreachable' ? t('composer.uploadFailed', { name: file.name }) : message;
      reject(new ProblemError({ status, code, title, detail }));
    };
    request.open(
      'PUT',
      `/api/instances/${instanceId}/drafts/${draftId}/attachments/${attachmentId}?${query}`,
    );
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () =>
      request.status === 200 ? resolve(request.response.attachment) : rejectWith(request.response);
    request.onerror = () => rejectWith(null);
    request.onabort = () => rejectWith(null);
    signal.addEventListener('abort', () => request.abort());
    if (signal.aborted) {
      rejectWith(null);
      return;
    }
    request.send(file);
  });
}
