import type { Editor } from '@tiptap/react';
import { textOfHtml } from '../../../ui/html-to-text.ts';
import { words } from '../../../words/words.ts';
import styles from './editor.module.css';

/** What is offered after a sign: a canned answer after a slash, a colleague to name after an @. */
export type Offered = { id: string; name: string; html: string; sign?: '@' };
/** Those that begin as typed after their sign, and where that stands in the text. */
export type Suggested = { from: number; to: number; found: Offered[]; active: number };

/** Colleagues as they are offered in a note. */
export function colleagues(people: Array<{ id: string; name: string }>): Offered[] {
  return people.map(({ id, name }) => ({ id, name, html: `@${textAsHtml(name)} `, sign: '@' }));
}

function textAsHtml(text: string): string {
  return text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** What is offered for the words before the cursor; null where they are no sign and a beginning. */
export function suggested(editor: Editor, offered: Offered[]): Suggested | null {
  const { empty, $from } = editor.state.selection;
  if (!empty || offered.length === 0) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '￼');
  // A name may have spaces; nobody's has more than these.
  const [, sign, typed = ''] =
    /(?:^|\s)(\/)([a-z0-9-]*)$/.exec(before) ?? /(?:^|\s)(@)((?:[^\s@]+ ?){0,4})$/u.exec(before) ?? [];
  if (!sign) return null;
  const found = offered
    .filter(({ name, sign: own = '/' }) => own === sign && name.toLowerCase().startsWith(typed.toLowerCase()))
    .slice(0, 6);
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
  choose(chosen: Offered): void;
}) {
  const { left, bottom } = editor.view.coordsAtPos(at.from);
  return (
    <div
      className={styles.suggestions}
      style={{ left, top: bottom + 4 }}
      role="listbox"
      aria-label={at.found[0]?.sign ? words.mentions.list : words.composer.shortcutList}
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
          <b>
            {shortcut.sign ?? '/'}
            {shortcut.name}
          </b>{' '}
          {!shortcut.sign && textOfHtml(shortcut.html).slice(0, 60)}
        </div>
      ))}
    </div>
  );
}
