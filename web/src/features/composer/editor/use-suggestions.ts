import type { Editor } from '@tiptap/react';
import { type RefObject, useRef, useState } from 'react';
import { focusEditor } from './focus-editor.ts';
import { matchSuggestions, type Suggestion, type SuggestionMatch } from './suggestions.tsx';

export type SuggestionOptions = {
  /** Saved replies, offered after a slash, and colleagues, offered after an @. */
  suggestions?: Suggestion[];
  renderSuggestion?(suggestion: { html: string }): string;
};

/** The suggestions that match the text before the cursor; null while there are none. */
export function useSuggestions(optionsRef: RefObject<SuggestionOptions>) {
  const [match, showMatch] = useState<SuggestionMatch | null>(null);
  // Enter may be typed before the match is rendered.
  const matchRef = useRef<SuggestionMatch | null>(null);
  const setMatch = (next: SuggestionMatch | null) => {
    matchRef.current = next;
    showMatch(next);
  };

  const insert = (editor: Editor, { from, to }: SuggestionMatch, selected: Suggestion | undefined) => {
    setMatch(null);
    if (!selected) return;
    const html = optionsRef.current.renderSuggestion?.(selected) ?? selected.html;
    focusEditor(editor).deleteRange({ from, to }).insertContent(html).run();
  };

  return {
    match,
    insert,
    close: () => setMatch(null),
    update: (editor: Editor) => setMatch(matchSuggestions(editor, optionsRef.current.suggestions ?? [])),
    isOpen: () => matchRef.current !== null,

    /** Moves through the suggestions, inserts one or closes the list; false for any other key. */
    handleKey(editor: Editor, key: string): boolean {
      const current = matchRef.current;
      if (!current) return false;
      const { suggestions, activeIndex } = current;
      const activate = (index: number) => setMatch({ ...current, activeIndex: index });
      if (key === 'ArrowDown') activate(Math.min(suggestions.length - 1, activeIndex + 1));
      else if (key === 'ArrowUp') activate(Math.max(0, activeIndex - 1));
      else if (key === 'Enter' || key === 'Tab') insert(editor, current, suggestions[activeIndex]);
      else if (key === 'Escape') setMatch(null);
      else return false;
      return true;
    },
  };
}
