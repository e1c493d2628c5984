import { Link, RichTextEditor } from '@mantine/tiptap';
import { type Editor as Tiptap, useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { words } from '../../../words/words.ts';
import { cleanPastedHtml } from './clean-paste.ts';
import '@mantine/tiptap/styles.css';
import styles from './editor.module.css';
import { inlineImage } from './inline-image.ts';
import { type Offered, type Suggested, SuggestionList, suggested } from './suggestions.tsx';

export type EditorProps = {
  label: string;
  placeholder: string;
  html: string;
  /** Begins with the cursor at its end. */
  focused?: boolean;
  /** Raised when the words were replaced from outside. */
  replaced?: number;
  onChange(html: string): void;
  onSend?(): void;
  onEscape?(): void;
  /** Files pasted or dropped; answers what to show in the text for a picture. */
  onFiles?(files: File[]): void;
  onReady?(editor: Tiptap): void;
  /** Where a picture named by its content id is. */
  addressOf?(contentId: string): string;
  /** Canned answers, offered when a slash is typed, and colleagues, when an @ is. */
  shortcuts?: Offered[];
  insert?(shortcut: { html: string }): string;
  /** More controls beside those for letters. */
  controls?: ReactNode;
};

/** Rich text with a small toolbar; ⌘/Ctrl+Enter sends, Escape goes back. */
export function Editor(props: EditorProps) {
  const latest = useRef(props);
  const [slash, setSlash] = useState<Suggested | null>(null);
  const open = useRef<Suggested | null>(null);
  useEffect(() => {
    latest.current = props;
    open.current = slash;
  });
  const choose = (editor: Tiptap, at: Suggested, chosen = at.found[at.active]) => {
    setSlash(null);
    if (!chosen) return;
    const html = latest.current.insert?.(chosen) ?? chosen.html;
    editor.chain().focus().deleteRange({ from: at.from, to: at.to }).insertContent(html).run();
  };
  const editor = useEditor({
    extensions: [
      StarterKit.configure({ link: false, heading: false, codeBlock: false }),
      Link,
      inlineImage((id) => latest.current.addressOf?.(id) ?? ''),
    ],
    content: props.html,
    autofocus: props.focused ? 'end' : false,
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: { 'aria-label': props.label, role: 'textbox', 'aria-multiline': 'true' },
      transformPastedHTML: cleanPastedHtml,
      handleKeyDown(_view, event) {
        const at = open.current;
        if (at) {
          const last = at.found.length - 1;
          if (event.key === 'ArrowDown') setSlash({ ...at, active: Math.min(last, at.active + 1) });
          else if (event.key === 'ArrowUp') setSlash({ ...at, active: Math.max(0, at.active - 1) });
          else if (event.key === 'Enter' || event.key === 'Tab') choose(made.current!, at);
          else if (event.key === 'Escape') setSlash(null);
          else return false;
          return true;
        }
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) latest.current.onSend?.();
        else if (event.key === 'Escape') latest.current.onEscape?.();
        else return false;
        return true;
      },
      handlePaste: (_view, event) => tookFiles(event.clipboardData, event),
      handleDrop: (_view, event, _slice, moved) => !moved && tookFiles(event.dataTransfer, event),
    },
    onUpdate: ({ editor }) => {
      latest.current.onChange(editor.isEmpty ? '' : editor.getHTML());
      setSlash(suggested(editor, latest.current.shortcuts ?? []));
    },
    onSelectionUpdate: ({ editor }) => setSlash(suggested(editor, latest.current.shortcuts ?? [])),
    onBlur: () => setSlash(null),
  });
  const made = useRef<Tiptap | null>(null);
  useEffect(() => {
    made.current = editor;
    if (editor) latest.current.onReady?.(editor);
  }, [editor]);
  const { replaced = 0 } = props;
  const shownAs = useRef(replaced);
  useEffect(() => {
    if (!editor || shownAs.current === replaced) return;
    shownAs.current = replaced;
    editor.commands.setContent(latest.current.html, { emitUpdate: false });
  }, [editor, replaced]);

  /** Files go to the writer's attachments; words that came with them (from Word) are kept as words. */
  function tookFiles(data: DataTransfer | null, event: Event): boolean {
    const files = [...(data?.files ?? [])];
    const html = data?.getData('text/html') ?? '';
    const onlyPicture = /<img/i.test(html) && html.replace(/<[^>]*>|\s/g, '') === '';
    if (files.length === 0 || !latest.current.onFiles || (html && !onlyPicture)) return false;
    event.preventDefault();
    event.stopPropagation();
    latest.current.onFiles(files);
    return true;
  }

  const { bold, italic, underline, strike, link, bullets, numbers, quote, clear } = words.composer.toolbar;
  return (
    <RichTextEditor editor={editor} className={styles.editor}>
      <RichTextEditor.Content className={styles.content} />
      {editor?.isEmpty && <div className={styles.placeholder}>{props.placeholder}</div>}
      {slash && editor && (
        <SuggestionList editor={editor} at={slash} choose={(chosen) => choose(editor, slash, chosen)} />
      )}
      <RichTextEditor.Toolbar className={styles.toolbar}>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Bold aria-label={bold} title={bold} />
          <RichTextEditor.Italic aria-label={italic} title={italic} />
          <RichTextEditor.Underline aria-label={underline} title={underline} />
          <RichTextEditor.Strikethrough aria-label={strike} title={strike} />
          <RichTextEditor.Link aria-label={link} title={link} />
          <RichTextEditor.BulletList aria-label={bullets} title={bullets} />
          <RichTextEditor.OrderedList aria-label={numbers} title={numbers} />
          <RichTextEditor.Blockquote aria-label={quote} title={quote} />
          <RichTextEditor.ClearFormatting aria-label={clear} title={clear} />
        </RichTextEditor.ControlsGroup>
        {props.controls}
      </RichTextEditor.Toolbar>
    </RichTextEditor>
  );
}
