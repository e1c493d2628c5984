import type { Editor as Tiptap } from '@tiptap/react';
import { type RefObject, useRef } from 'react';
import type { useAttachments } from '../attachments/use-attachments.ts';

const inlineImageTypes = /^image\/(png|jpeg|gif|webp)$/;

/** Attaches files one after another; images become part of the text where `allowInline` is true. */
export function useInsertFiles(attachments: ReturnType<typeof useAttachments>): {
  editorRef: RefObject<Tiptap | null>;
  insertFiles(files: File[], allowInline: boolean): Promise<void>;
} {
  const editorRef = useRef<Tiptap | null>(null);
  async function insertFiles(files: File[], allowInline: boolean) {
    for (const file of files) {
      const attached = await attachments.add(file, allowInline && inlineImageTypes.test(file.type));
      if (!attached?.contentId) continue;
      const attrs = { src: `cid:${attached.contentId}`, alt: file.name };
      editorRef.current?.chain().focus().insertContent({ type: 'inlineImage', attrs }).run();
    }
  }
  return { editorRef, insertFiles };
}
