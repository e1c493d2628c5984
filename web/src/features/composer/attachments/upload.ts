import { type DraftAttachment, ProblemError } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

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
    const rejectWith = (problem: Partial<Record<'title' | 'detail' | 'code', string>>) =>
      reject(
        new ProblemError({
          status: request.status,
          code: problem.code ?? 'unreachable',
          title: problem.title ?? words.composer.uploadFailed(file.name),
          detail: problem.detail ?? words.problem.unreachableRemedy,
        }),
      );
    request.open(
      'PUT',
      `/api/instances/${instanceId}/drafts/${draftId}/attachments/${attachmentId}?${query}`,
    );
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () =>
      request.status === 200 ? resolve(request.response.attachment) : rejectWith(request.response ?? {});
    request.onerror = () => rejectWith({});
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
