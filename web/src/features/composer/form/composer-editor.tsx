import type { Editor as Tiptap } from '@tiptap/react';
import type { RefObject } from 'react';
import type { SavedReply } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import type { DroppedFiles } from '../attachments/dropped-files.ts';
import type { DraftState } from '../draft/draft-content.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import { Editor } from '../editor/editor.tsx';
import { focusEditor } from '../editor/focus-editor.ts';
import { mentionSuggestions } from '../editor/suggestions.tsx';
import type { ComposerProps } from './composer-props.ts';
import { InsertToolbar } from './insert-toolbar.tsx';
import { fillSavedReply } from './placeholders.ts';

/** The text of the draft, with saved replies, mentions, files and emoji to insert. */
export function ComposerEditor({
  instanceId,
  kind,
  placeholderValues,
  isShown = () => true,
  state,
  draft,
  savedReplies,
  people,
  editorRef,
  onFiles,
  uploadPicture,
  onUploads,
  onSend,
  onEscape,
}: Pick<ComposerProps, 'instanceId' | 'kind' | 'placeholderValues' | 'isShown'> & {
  state: DraftState;
  draft: OpenDraft;
  savedReplies: SavedReply[];
  /** Who can be mentioned in a note. */
  people: Array<{ id: string; name: string }>;
  editorRef: RefObject<Tiptap | null>;
  /** `allowInline`: images become part of the text. */
  onFiles(dropped: DroppedFiles, allowInline: boolean): void;
  /** Resolves to the Content-ID, or to null where it failed. */
  uploadPicture(file: File): Promise<string | null>;
  /** Called with uploads of pictures in pasted text. */
  onUploads(uploads: Promise<void>): void;
  onSend(): void;
  onEscape(): void;
}) {
  const isNote = kind === 'note';
  const insert = (html: string) =>
    editorRef.current && focusEditor(editorRef.current).insertContent(html).run();
  const renderSavedReply = ({ html }: { html: string }) =>
    fillSavedReply(html, placeholderValues, state.content.to[0]);
  return (
    <Editor
      label={isNote ? t('composer.noteLabel') : t('composer.message')}
      placeholder={t(`composer.placeholders.${kind}`)}
      html={state.content.html}
      revision={state.revision}
      autoFocus={isShown() && (kind === 'reply' || isNote || state.content.to.length > 0)}
      onChange={(html) => draft.edit({ html })}
      onSend={onSend}
      onEscape={onEscape}
      onFiles={(dropped) => onFiles(dropped, true)}
      uploadPicture={uploadPicture}
      onUploads={onUploads}
      onReady={(editor) => {
        editorRef.current = editor;
      }}
      attachmentUrl={(contentId) => {
        const found = draft.current()?.attachments.find((one) => one.contentId === contentId);
        return found ? `/api/instances/${instanceId}/attachments/${found.id}` : '';
      }}
      suggestions={[...savedReplies, ...mentionSuggestions(people)]}
      renderSuggestion={renderSavedReply}
      toolbarExtras={
        <InsertToolbar
          addFiles={(files) => onFiles({ files, folders: [] }, false)}
          addImages={(files) => onFiles({ files, folders: [] }, true)}
          addText={insert}
          savedReplies={savedReplies}
          addSavedReply={(one) => insert(renderSavedReply(one))}
        />
      }
    />
  );
}
