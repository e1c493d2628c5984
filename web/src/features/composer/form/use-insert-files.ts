import type { Editor as Tiptap } from '@tiptap/react';
import { type RefObject, useRef } from 'react';
import { t } from '../../../locales/messages.ts';
import type { DroppedFiles } from '../attachments/dropped-files.ts';
import type { useAttachments } from '../attachments/use-attachments.ts';

const inlineImageTypes = /^image\/(png|jpeg|gif|webp)$/;

/**
 * Attaches files one after another; images become part of the text where `allowInline` is true. Folders cannot be
 * attached, which is said.
 */
export function useInsertFiles(attachments: ReturnType<typeof useAttachments>): {
  editorRef: RefObject<Tiptap | null>;
  insertFiles(dropped: DroppedFiles, allowInline: boolean): void;
  /** Attaches a picture of the text; resolves to its Content-ID, or to null where that failed. */
  uploadPicture(file: File): Promise<string | null>;
} {
  const editorRef = useRef<Tiptap | null>(null);
  const uploadPicture = async (file: File) => (await attachments.add(file, true))?.contentId ?? null;
  function insertFiles({ files, folders }: DroppedFiles, allowInline: boolean) {
    attachments.clearErrors();
    for (const name of folders) attachments.addError(t('composer.folder', { name }));
    // As one upload, so that a message that waits for the first file waits for all of them.
    attachments.uploads.track(insertAll(files, allowInline));
  }
  async function insertAll(files: File[], allowInline: boolean) {
    for (const file of files) {
      if (!allowInline || !inlineImageTypes.test(file.type)) {
        await attachments.add(file);
        continue;
      }
      const contentId = await uploadPicture(file);
      if (!contentId) continue;
      const attrs = { src: `cid:${contentId}`, alt: file.name };
      const isInserted = editorRef.current
        ?.chain()
        .focus()
        .insertContent({ type: 'inlineImage', attrs })
        .run();
      // The composer was closed meanwhile.
      if (!isInserted) attachments.uploads.fail();
    }
  }
  return { editorRef, insertFiles, uploadPicture };
}
