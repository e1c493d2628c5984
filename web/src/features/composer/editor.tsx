import { Link, RichTextEditor } from '@mantine/tiptap';
import { useEditor } from '@tiptap/react';
import StarterKit from '@tiptap/starter-kit';
import { useEffect, useRef } from 'react';
import { words } from '../../words/words.ts';
import '@mantine/tiptap/styles.css';
import styles from './editor.module.css';

/** Rich text with a small toolbar; ⌘/Ctrl+Enter sends, Escape goes back. */
export default function Editor(props: {
  label: string;
  placeholder: string;
  html: string;
  onChange(html: string, text: string): void;
  onSend(): void;
  onEscape(): void;
}) {
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const editor = useEditor({
    extensions: [StarterKit.configure({ link: false, heading: false, codeBlock: false }), Link],
    content: props.html,
    autofocus: 'end',
    shouldRerenderOnTransaction: true,
    editorProps: {
      attributes: { 'aria-label': props.label, role: 'textbox', 'aria-multiline': 'true' },
      handleKeyDown(_view, event) {
        if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) latest.current.onSend();
        else if (event.key === 'Escape') latest.current.onEscape();
        else return false;
        return true;
      },
    },
    onUpdate: ({ editor }) => latest.current.onChange(editor.getHTML(), editor.getText()),
  });
  const { bold, italic, link, bullets, numbers, quote } = words.composer.toolbar;
  return (
    <RichTextEditor editor={editor} className={styles.editor}>
      <RichTextEditor.Content className={styles.content} />
      {editor?.isEmpty && <div className={styles.placeholder}>{props.placeholder}</div>}
      <RichTextEditor.Toolbar className={styles.toolbar}>
        <RichTextEditor.ControlsGroup>
          <RichTextEditor.Bold aria-label={bold} title={bold} />
          <RichTextEditor.Italic aria-label={italic} title={italic} />
          <RichTextEditor.Link aria-label={link} title={link} />
          <RichTextEditor.BulletList aria-label={bullets} title={bullets} />
          <RichTextEditor.OrderedList aria-label={numbers} title={numbers} />
          <RichTextEditor.Blockquote aria-label={quote} title={quote} />
        </RichTextEditor.ControlsGroup>
      </RichTextEditor.Toolbar>
    </RichTextEditor>
  );
}
