import { RichTextEditor } from '@mantine/tiptap';
import { type Editor as Tiptap, useEditor, useEditorState } from '@tiptap/react';
import { type ReactNode, useDeferredValue, useEffect, useRef } from 'react';
import '@mantine/tiptap/styles.css';
import { t } from '../../../locales/messages.ts';
import { styleNonce } from '../../../ui/style-nonce.ts';
import { type DroppedFiles, droppedFiles } from '../attachments/dropped-files.ts';
import styles from './editor.module.css';
import { editorContent, editorHtml } from './editor-html.ts';
import { mailExtensions } from './extensions.ts';
import { FormattingControls } from './formatting-controls.tsx';
import { PasteNoticeLine } from './paste-notice.tsx';
import { SuggestionList } from './suggestions.tsx';
import { type PictureOptions, usePaste } from './use-paste.ts';
import { type SuggestionOptions, useSuggestions } from './use-suggestions.ts';

export type EditorProps = SuggestionOptions &
  PictureOptions & {
    label: string;
    placeholder: string;
    html: string;
    /** Focuses the editor with the cursor at the end. */
    autoFocus?: boolean;
    /** Incremented when `html` was replaced by something other than the editor. */
    revision?: number;
    onChange(html: string): void;
    onSend?(): void;
    onEscape?(): void;
    /** Called with files and folders that were pasted or dropped. */
    onFiles?(dropped: DroppedFiles): void;
    onReady?(editor: Tiptap): void;
    /** More controls in the toolbar. */
    toolbarExtras?: ReactNode;
  };

/** A rich text editor with a small toolbar; ⌘/Ctrl+Enter calls `onSend`, Escape `onEscape`. */
export function Editor(props: EditorProps) {
  const propsRef = useRef(props);
  useEffect(() => {
    propsRef.current = props;
  });
  const suggestions = useSuggestions(propsRef);
  const editorRef = useRef<Tiptap | null>(null);
  const paste = usePaste(propsRef, editorRef);
  const editor = useEditor({
    extensions: mailExtensions({
      attachmentUrl: (id) => propsRef.current.attachmentUrl?.(id) ?? '',
      previewUrl: paste.previewUrl,
    }),
    content: editorContent(props.html),
    autofocus: props.autoFocus ? 'end' : false,
    textDirection: 'auto',
    ...(styleNonce && { injectNonce: styleNonce }),
    editorProps: {
      attributes: { 'aria-label': props.label, role: 'textbox', 'aria-multiline': 'true' },
      transformPastedHTML: paste.clean,
      handleDOMEvents: {
        paste: (_view, event) => paste.begin(event.clipboardData),
        drop: (_view, event) => paste.begin(event.dataTransfer),
      },
      handleKeyDown(_view, event) {
        if (suggestions.isOpen()) return suggestions.handleKey(editorRef.current!, event.key);
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) propsRef.current.onSend?.();
        else if (event.key === 'Escape') propsRef.current.onEscape?.();
        else return false;
        return true;
      },
      handlePaste: (_view, event) => handleFiles(event.clipboardData, event),
      handleDrop: (_view, event, _slice, moved) => !moved && handleFiles(event.dataTransfer, event),
    },
    onUpdate: ({ editor }) => {
      propsRef.current.onChange(editorHtml(editor));
      suggestions.update(editor);
    },
    onSelectionUpdate: ({ editor }) => suggestions.update(editor),
    onBlur: suggestions.close,
  });
  // Not with every transaction: one comes with the focus, before the opened composer is painted.
  const isEmpty = useEditorState({ editor, selector: ({ editor }) => editor?.isEmpty });
  useEffect(() => {
    editorRef.current = editor;
    if (editor) propsRef.current.onReady?.(editor);
  }, [editor]);
  const suggestionCount = props.suggestions?.length;
  useEffect(() => {
    // Those that were loaded after their trigger was typed.
    if (suggestionCount && editor?.isFocused) suggestions.update(editor);
  }, [editor, suggestionCount]);
  // Its thirty controls are rendered after the text field, so that writing can begin.
  const hasControls = useDeferredValue(true, false);
  const { revision = 0 } = props;
  const shownRevision = useRef(revision);
  useEffect(() => {
    if (!editor || shownRevision.current === revision) return;
    shownRevision.current = revision;
    editor.commands.setContent(editorContent(propsRef.current.html), { emitUpdate: false });
  }, [editor, revision]);

  function handleFiles(data: DataTransfer | null, event: Event): boolean {
    const dropped = droppedFiles(data);
    if (dropped.files.length + dropped.folders.length === 0) return false;
    if (!propsRef.current.onFiles) paste.refuseFiles();
    event.preventDefault();
    event.stopPropagation();
    propsRef.current.onFiles?.(dropped);
    return true;
  }
  return (
    <RichTextEditor
      editor={editor}
      className={styles.editor}
      classNames={{ linkEditorExternalControl: styles.linkWindow }}
      labels={{
        linkControlLabel: t('composer.toolbar.link'),
        linkEditorInputLabel: t('composer.toolbar.linkAddress'),
        linkEditorSave: t('composer.toolbar.setLink'),
      }}
      data-light={/color: ?#/.test(props.html) || undefined}
    >
      <RichTextEditor.Content className={styles.content} />
      {isEmpty && <div className={styles.placeholder}>{props.placeholder}</div>}
      {suggestions.match && editor && (
        <SuggestionList
          editor={editor}
          match={suggestions.match}
          onSelect={(selected) => suggestions.insert(editor, suggestions.match!, selected)}
        />
      )}
      <RichTextEditor.Toolbar className={styles.toolbar}>
        {hasControls && (
          <>
            <FormattingControls />
            {props.toolbarExtras}
          </>
        )}
      </RichTextEditor.Toolbar>
      <PasteNoticeLine notice={paste.notice} onClose={paste.dismiss} />
    </RichTextEditor>
  );
}
