import type { Editor as Tiptap } from '@tiptap/react';
import { type RefObject, useRef, useState } from 'react';
import { cleanPastedHtml } from '../paste/clean-pasted-html.ts';
import type { LeftOut, Pasted, PictureUpload } from '../paste/pasted.ts';
import { uploadScheme } from './inline-image.ts';

export type PictureOptions = {
  /** Uploads a picture; resolves to its Content-ID, or to null where that failed. Without it there are none. */
  uploadPicture?(file: File): Promise<string | null>;
  /** Called when pictures of pasted text are uploaded; rejects if they did not become part of the text. */
  onUploads?(uploads: Promise<void>): void;
  /** The URL of an inline image, by its Content-ID. */
  attachmentUrl?(contentId: string): string;
};

/** What was not pasted, or stays elsewhere; null if nothing. */
export type PasteNotice = Pick<Pasted, 'leftOut' | 'remoteHosts'> | null;

/** Cleans what is pasted or dropped, uploads its pictures and says what was left out. */
export function usePaste(optionsRef: RefObject<PictureOptions>, editorRef: RefObject<Tiptap | null>) {
  const [notice, setNotice] = useState<PasteNotice>(null);
  const previews = useRef(new Map<string, string>());
  const clipboard = useRef<DataTransfer | null>(null);

  function clean(html: string): string {
    const { uploadPicture, attachmentUrl } = optionsRef.current;
    const pasted = cleanPastedHtml(html, {
      rtf: () => clipboard.current?.getData('text/rtf') ?? '',
      canUpload: uploadPicture !== undefined,
      has: (contentId) => Boolean(attachmentUrl?.(contentId)),
    });
    clipboard.current = null;
    for (const { id, preview } of pasted.uploads) previews.current.set(id, preview);
    const { leftOut, remoteHosts } = pasted;
    setNotice(leftOut.size + remoteHosts.size > 0 ? { leftOut, remoteHosts } : null);
    if (pasted.uploads.length > 0) optionsRef.current.onUploads?.(uploadAll(pasted.uploads));
    return pasted.html;
  }

  async function uploadAll(uploads: PictureUpload[]): Promise<void> {
    for (const { id, read } of uploads) {
      const file = await read();
      const contentId = file && ((await optionsRef.current.uploadPicture?.(file)) ?? null);
      const editor = editorRef.current;
      if (!editor || editor.isDestroyed) throw new Error('The composer was closed.');
      replacePicture(editor, id, contentId);
      // An upload that failed says why itself.
      if (!file) setNotice((before) => withLeftOut(before, 'pictures'));
      const preview = previews.current.get(id);
      if (preview?.startsWith('blob:')) URL.revokeObjectURL(preview);
      previews.current.delete(id);
    }
  }

  return {
    notice,
    clean,
    dismiss: () => setNotice(null),
    /** Says that files cannot be part of this text. */
    refuseFiles: () => setNotice((before) => withLeftOut(before, 'files')),
    previewUrl: (id: string) => previews.current.get(id) ?? '',
    /** Called before `clean`, with the clipboard. */
    begin(data: DataTransfer | null) {
      clipboard.current = data;
    },
  };
}

function withLeftOut(notice: PasteNotice, kind: LeftOut): PasteNotice {
  return {
    remoteHosts: notice?.remoteHosts ?? new Set(),
    leftOut: new Set([...(notice?.leftOut ?? []), kind]),
  };
}

/** Shows the attachment in place of the upload, or removes the picture if it could not be uploaded. */
function replacePicture(editor: Tiptap, id: string, contentId: string | null): void {
  const { tr, doc } = editor.state;
  doc.descendants((node, position) => {
    if (node.attrs.src !== `${uploadScheme}${id}`) return;
    const at = tr.mapping.map(position);
    if (contentId) tr.setNodeMarkup(at, null, { ...node.attrs, src: `cid:${contentId}` });
    else tr.delete(at, at + node.nodeSize);
  });
  // Undo removes the picture, and does not go back to the upload.
  if (tr.docChanged) editor.view.dispatch(tr.setMeta('addToHistory', false));
}
