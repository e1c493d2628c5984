import type { Editor as Tiptap } from '@tiptap/react';
import { type RefObject, useRef } from 'react';
import type { useAttachments } from '../attachments/use-attachments.ts';

const inlineImageTypes = /^image\/(png|jpeg|gif|webp)$/;

/** Attaches files one after another; images become part of the text where `allowInline` is true. */
export function useInsertFiles(attachments: ReturnType<typeof useAttachments>): {
  editorRef: RefObject<Tiptap | null>;
  insertFiles(files: File[], allowInline: boolean): Promise<void>;
  /** Attaches a picture of the text; resolves to its Content-ID, or to null where that failed. */
  uploadPicture(file: File): Promise<string | null>;
} {
  const editorRef = useRef<Tiptap | null>(null);
  const uploadPicture = async (file: File) => (await attachments.add(file, true))?.contentId ?? null;
  async function insertFiles(files: File[], allowInline: boolean) {
    for (const file of files) {
      if (!allowInline || !inlineImageTypes.test(file.type)) {
        await attachments.add(file);
        continue;
      }
      const contentId = await uploadPicture(file);
      if (!contentId) continue;
      const attrs = { src: `cid:${contentId}`, alt: file.name };
      editorRef.current?.chain().focus().insertContent({ type: 'inlineImage', attrs }).run();
    }
  }
  return { editorRef, insertFiles, uploadPicture };
}
