import type { Editor } from '@tiptap/react';
import { beginsWith } from '../../../../../locales/fold-letters.ts';
import { t } from '../../../locales/messages.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import styles from './editor.module.css';

/** What the editor offers after a trigger: a saved reply after a slash, a colleague after an @. */
export type Suggestion = { id: string; name: string; html: string; trigger?: '@' };
/** The suggestions that start with the typed text, and the position of that text with its trigger. */
export type SuggestionMatch = { from: number; to: number; suggestions: Suggestion[]; activeIndex: number };

/** Colleagues as suggestions for mentions in a note. */
export function mentionSuggestions(people: Array<{ id: string; name: string }>): Suggestion[] {
  return people.map(({ id, name }) => ({ id, name, html: `@${textAsHtml(name)} `, trigger: '@' as const }));
}

function textAsHtml(text: string): string {
  return text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** The suggestions for the text before the cursor; null where there is no trigger or no match. */
export function matchSuggestions(editor: Editor, suggestions: Suggestion[]): SuggestionMatch | null {
  const { empty, $from } = editor.state.selection;
  if (!empty || suggestions.length === 0) return null;
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '￼');
  // A name may contain spaces, at most four.
  const [, trigger, typed = ''] =
    /(?:^|\s)(\/)([a-z0-9-]*)$/.exec(before) ??
    /(?:^|\s)(@)((?:[^\s@]+(?: [^\s@]+){0,3} ?)?)$/u.exec(before) ??
    [];
  if (!trigger) return null;
  const found = suggestions
    .filter(({ name, trigger: ownTrigger = '/' }) => ownTrigger === trigger && beginsWith(name, typed))
    .slice(0, 6);
  return found.length > 0
    ? { from: $from.pos - typed.length - 1, to: $from.pos, suggestions: found, activeIndex: 0 }
    : null;
}

/** The list of suggestions at the cursor; the editor handles its keys. */
export function SuggestionList({
  editor,
  match,
  onSelect,
}: {
  editor: Editor;
  match: SuggestionMatch;
  onSelect(selected: Suggestion): void;
}) {
  const { left, bottom } = editor.view.coordsAtPos(match.from);
  return (
    <div
      className={styles.suggestions}
      style={{ left, top: bottom + 4 }}
      role="listbox"
      aria-label={match.suggestions[0]?.trigger ? t('mentions.list') : t('composer.savedReplies')}
    >
      {match.suggestions.map((suggestion, index) => (
        <div
          key={suggestion.id}
          role="option"
          tabIndex={-1}
          aria-selected={index === match.activeIndex}
          className={styles.suggestion}
          // Prevented, so that the editor keeps the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onSelect(suggestion);
          }}
        >
          <b>
            {suggestion.trigger ?? '/'}
            {suggestion.name}
          </b>{' '}
          {!suggestion.trigger && htmlToText(suggestion.html).slice(0, 60)}
        </div>
      ))}
    </div>
  );
}
