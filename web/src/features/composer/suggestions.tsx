import type { Editor } from '@tiptap/react';
import { textOfHtml } from '../../ui/text-of-html.ts';
import { words } from '../../words/words.ts';
import styles from './editor.module.css';

type Shortcut = { id: string; name: string; html: string };
/** The shortcuts that begin as typed after a slash, and where that stands in the text. */
export type Suggested = { from: number; to: number; found: Shortcut[]; active: number };

/** What is offered for the word before the cursor; null where it is no slash and a beginning. */
export function suggested(editor: Editor, shortcuts: Shortcut[]): Suggested | null {
  const { empty, $from } = editor.state.selection;
  if (!empty || shortcuts.length === 0) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '￼');
  const typed = /(?:^|\s)\/([a-z0-9-]*)$/.exec(before)?.[1];
  if (typed === undefined) return null;
  const found = shortcuts.filter(({ name }) => name.startsWith(typed)).slice(0, 6);
  return found.length > 0 ? { from: $from.pos - typed.length - 1, to: $from.pos, found, active: 0 } : null;
}

/** Offered at the cursor; arrows move, Enter or Tab takes, Escape leaves it. */
export function SuggestionList({
  editor,
  at,
  choose,
}: {
  editor: Editor;
  at: Suggested;
  choose(shortcut: Shortcut): void;
}) {
  const { left, bottom } = editor.view.coordsAtPos(at.from);
  return (
    <div
      className={styles.suggestions}
      style={{ left, top: bottom + 4 }}
      role="listbox"
      aria-label={words.composer.shortcutList}
    >
      {at.found.map((shortcut, index) => (
        <div
          key={shortcut.id}
          role="option"
          tabIndex={-1}
          aria-selected={index === at.active}
          className={styles.suggestion}
          // The editor keeps the focus: what is typed goes on there.
          onMouseDown={(event) => {
            event.preventDefault();
            choose(shortcut);
          }}
        >
          <b>/{shortcut.name}</b> {textOfHtml(shortcut.html).slice(0, 60)}
        </div>
      ))}
    </div>
  );
}
