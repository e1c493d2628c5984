import { type DraftAttachment, ProblemError } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';

/** What Gmail sends with one message, before it is encoded; the server keeps to it as well. */
export const attachmentsAtMost = 25 * 1024 * 1024;

/** Uploads a file to a draft; `progress` hears from 0 to 1. fetch cannot tell how far an upload is. */
export function upload(
  place: { instanceId: string; draftId: string; attachmentId: string },
  file: File,
  { inline, progress, signal }: { inline: boolean; progress(part: number): void; signal: AbortSignal },
): Promise<DraftAttachment> {
  const { instanceId, draftId, attachmentId } = place;
  const query = new URLSearchParams({
    filename: file.name || (inline ? 'image.png' : 'file'),
    mediaType: file.type || 'application/octet-stream',
    inline: String(inline),
  });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const failed = (answer: Partial<Record<'title' | 'detail' | 'code', string>>) =>
      reject(
        new ProblemError({
          status: request.status,
          code: answer.code ?? 'unreachable',
          title: answer.title ?? words.composer.uploadFailed(file.name),
          detail: answer.detail ?? words.problem.unreachableRemedy,
        }),
      );
    request.open(
      'PUT',
      `/api/instances/${instanceId}/drafts/${draftId}/attachments/${attachmentId}?${query}`,
    );
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () =>
      request.status === 200 ? resolve(request.response.attachment) : failed(request.response ?? {});
    request.onerror = () => failed({});
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}
