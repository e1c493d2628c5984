import { Link, RichTextEditor } from '@mantine/tiptap';
import { type Editor as Tiptap, useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { t } from '../../../locales/messages.ts';
import { cleanPastedHtml } from './clean-paste.ts';
import '@mantine/tiptap/styles.css';
import styles from './editor.module.css';
import { inlineImage } from './inline-image.ts';
import { matchSuggestions, type Suggestion, SuggestionList, type SuggestionMatch } from './suggestions.tsx';

export type EditorProps = {
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
  /** Called with files that were pasted or dropped. */
  onFiles?(files: File[]): void;
  onReady?(editor: Tiptap): void;
  /** The URL of an inline image, by its Content-ID. */
  attachmentUrl?(contentId: string): string;
  /** Saved replies, offered after a slash, and colleagues, offered after an @. */
  suggestions?: Suggestion[];
  renderSuggestion?(shortcut: { html: string }): string;
  /** More controls in the toolbar. */
  toolbarExtras?: ReactNode;
};

/** A rich text editor with a small toolbar; ⌘/Ctrl+Enter calls `onSend`, Escape `onEscape`. */
export function Editor(props: EditorProps) {
  const propsRef = useRef(props);
  const [suggestionMatch, setSuggestionMatch] = useState<SuggestionMatch | null>(null);
  const suggestionMatchRef = useRef<SuggestionMatch | null>(null);
  useEffect(() => {
    propsRef.current = props;
    suggestionMatchRef.current = suggestionMatch;
  });
  const choose = (
    editor: Tiptap,
    match: SuggestionMatch,
    selected = match.suggestions[match.activeIndex],
  ) => {
    setSuggestionMatch(null);
    if (!selected) return;
    const html = propsRef.current.renderSuggestion?.(selected) ?? selected.html;
    editor.chain().focus().deleteRange({ from: match.from, to: match.to }).insertContent(html).run();
  };
  const editor = useEditor({
    extensions: [
      StarterKit.configure({ link: false, heading: false, codeBlock: false }),
      Link,
      inlineImage((id) => propsRef.current.attachmentUrl?.(id) ?? ''),
    ],
    content: props.html,
    autofocus: props.autoFocus ? 'end' : false,
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: { 'aria-label': props.label, role: 'textbox', 'aria-multiline': 'true' },
      transformPastedHTML: cleanPastedHtml,
      handleKeyDown(_view, event) {
        const match = suggestionMatchRef.current;
        if (match) {
          const last = match.suggestions.length - 1;
          if (event.key === 'ArrowDown')
            setSuggestionMatch({ ...match, activeIndex: Math.min(last, match.activeIndex + 1) });
          else if (event.key === 'ArrowUp')
            setSuggestionMatch({ ...match, activeIndex: Math.max(0, match.activeIndex - 1) });
          else if (event.key === 'Enter' || event.key === 'Tab') choose(editorRef.current!, match);
          else if (event.key === 'Escape') setSuggestionMatch(null);
          else return false;
          return true;
        }
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) propsRef.current.onSend?.();
        else if (event.key === 'Escape') propsRef.current.onEscape?.();
        else return false;
        return true;
      },
      handlePaste: (_view, event) => handleFiles(event.clipboardData, event),
      handleDrop: (_view, event, _slice, moved) => !moved && handleFiles(event.dataTransfer, event),
    },
    onUpdate: ({ editor }) => {
      propsRef.current.onChange(editor.isEmpty ? '' : editor.getHTML());
      setSuggestionMatch(matchSuggestions(editor, propsRef.current.suggestions ?? []));
    },
    onSelectionUpdate: ({ editor }) =>
      setSuggestionMatch(matchSuggestions(editor, propsRef.current.suggestions ?? [])),
    onBlur: () => setSuggestionMatch(null),
  });
  const editorRef = useRef<Tiptap | null>(null);
  useEffect(() => {
    editorRef.current = editor;
    if (editor) propsRef.current.onReady?.(editor);
  }, [editor]);
  const { revision = 0 } = props;
  const shownRevision = useRef(revision);
  useEffect(() => {
    if (!editor || shownRevision.current === revision) return;
    shownRevision.current = revision;
    editor.commands.setContent(propsRef.current.html, { emitUpdate: false });
  }, [editor, revision]);

  /** Takes files out of a paste or drop; text that comes with an image of itself (from Word) stays text. */
  function handleFiles(data: DataTransfer | null, event: Event): boolean {
    const files = [...(data?.files ?? [])];
    const html = data?.getData('text/html') ?? '';
    const isImageOnly = /<img/i.test(html) && html.replace(/<[^>]*>|\s/g, '') === '';
    if (files.length === 0 || !propsRef.current.onFiles || (html && !isImageOnly)) return false;
    event.preventDefault();
    event.stopPropagation();
    propsRef.current.onFiles(files);
    return true;
  }
  return (
    <RichTextEditor editor={editor} className={styles.editor}>
      <RichTextEditor.Content className={styles.content} />
      {editor?.isEmpty && <div className={styles.placeholder}>{props.placeholder}</div>}
      {suggestionMatch && editor && (
        <SuggestionList
          editor={editor}
          match={suggestionMatch}
          onSelect={(selected) => choose(editor, suggestionMatch, selected)}
        />
      )}
      <RichTextEditor.Toolbar className={styles.toolbar}>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Bold aria-label={t('composer.toolbar.bold')} title={t('composer.toolbar.bold')} />
          <RichTextEditor.Italic
            aria-label={t('composer.toolbar.italic')}
            title={t('composer.toolbar.italic')}
          />
          <RichTextEditor.Underline
            aria-label={t('composer.toolbar.underline')}
            title={t('composer.toolbar.underline')}
          />
          <RichTextEditor.Strikethrough
            aria-label={t('composer.toolbar.strike')}
            title={t('composer.toolbar.strike')}
          />
          <RichTextEditor.Link aria-label={t('composer.toolbar.link')} title={t('composer.toolbar.link')} />
          <RichTextEditor.BulletList
            aria-label={t('composer.toolbar.bullets')}
            title={t('composer.toolbar.bullets')}
          />
          <RichTextEditor.OrderedList
            aria-label={t('composer.toolbar.numbers')}
            title={t('composer.toolbar.numbers')}
          />
          <RichTextEditor.Blockquote
            aria-label={t('composer.toolbar.quote')}
            title={t('composer.toolbar.quote')}
          />
          <RichTextEditor.ClearFormatting
            aria-label={t('composer.toolbar.clear')}
            title={t('composer.toolbar.clear')}
          />
        </RichTextEditor.ControlsGroup>
        {props.toolbarExtras}
      </RichTextEditor.Toolbar>
    </RichTextEditor>
  );
}
