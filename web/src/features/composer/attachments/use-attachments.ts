import { useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import { api, type DraftAttachment, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { retrySignedIn } from '../../../api/ended-session.ts';
import { t } from '../../../locales/messages.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import { PendingUploads } from './pending-uploads.ts';
import { maxAttachmentBytes, upload } from './upload.ts';

export type UploadInProgress = {
  id: string;
  filename: string;
  size: number;
  progress: number;
  cancel(): void;
};

/** The attachments of a draft, the uploads in progress, and why uploads failed. */
export function useAttachments(instanceId: string, draft: OpenDraft) {
  const [uploading, setUploading] = useState<UploadInProgress[]>([]);
  const pending = useRef(new Map<string, number>());
  const [uploadErrors, setUploadErrors] = useState<string[]>([]);
  const [uploads] = useState(() => new PendingUploads());
  const addError = (error: string) => {
    uploads.fail();
    setUploadErrors((before) => [...new Set([...before, error])]);
  };

  /** Uploads a file; resolves to the attachment, or to null where that failed or was cancelled. */
  function add(file: File, inline = false): Promise<DraftAttachment | null> {
    const added = addFile(file, inline);
    uploads.track(added);
    return added;
  }

  async function addFile(file: File, inline: boolean): Promise<DraftAttachment | null> {
    const attached = draft.current()?.attachments ?? [];
    const all = [...attached.map(({ size }) => size), ...pending.current.values(), file.size];
    if (all.reduce((sum, size) => sum + size, 0) > maxAttachmentBytes) {
      addError(t('composer.tooLarge', { name: file.name }));
      return null;
    }
    const id = uuid();
    const abortController = new AbortController();
    pending.current.set(id, file.size);
    const removeUpload = () => {
      pending.current.delete(id);
      setUploading((before) => before.filter((one) => one.id !== id));
    };
    setUploading((before) => [
      ...before,
      {
        id,
        filename: file.name,
        size: file.size,
        progress: 0,
        cancel() {
          abortController.abort();
          removeUpload();
        },
      },
    ]);
    try {
      const saved = await draft.ensureSaved();
      if (!saved) throw new Error(t('composer.uploadFailed', { name: file.name }));
      const attachment = await retrySignedIn(() =>
        upload({ instanceId, draftId: saved.id, attachmentId: id }, file, {
          inline,
          signal: abortController.signal,
          onProgress: (progress) =>
            setUploading((before) => before.map((one) => (one.id === id ? { ...one, progress } : one))),
        }),
      );
      draft.setAttachments((before) => [...before.filter((one) => one.id !== id), attachment]);
      return attachment;
    } catch (error) {
      const { message, detail } = error as ProblemError;
      if (!abortController.signal.aborted) addError([message, detail].filter(Boolean).join(' '));
      return null;
    } finally {
      removeUpload();
    }
  }

  async function remove({ id, filename }: DraftAttachment): Promise<void> {
    const currentDraft = draft.current();
    if (!currentDraft) return;
    draft.setAttachments((before) => before.filter((one) => one.id !== id));
    try {
      const path = { instanceId, draftId: currentDraft.id, attachmentId: id };
      await unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/drafts/{draftId}/attachments/{attachmentId}', {
          params: { path },
        }),
      );
    } catch (error) {
      addError(`${filename}: ${(error as ProblemError).message}`);
    }
  }

  return {
    uploading,
    uploadErrors,
    addError,
    clearErrors: () => setUploadErrors([]),
    uploads,
    add,
    remove,
    attachments: draft.state?.attachments ?? [],
  };
}
