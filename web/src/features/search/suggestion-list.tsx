import { t } from '../../locales/messages.ts';
import styles from './search-box.module.css';
import type { Suggestion } from './suggest.ts';

export const suggestionListId = 'search-suggestions';
export const suggestionId = (index: number) => `suggestion-${index}`;

/** The suggestions below the search field, which keeps the focus. */
export function SuggestionList({
  suggestions,
  activeIndex,
  onSelect,
}: {
  suggestions: Suggestion[];
  /** -1 where none is active. */
  activeIndex: number;
  onSelect(query: string): void;
}) {
  if (suggestions.length === 0) return null;
  return (
    <div
      id={suggestionListId}
      role="listbox"
      aria-label={t('search.suggestions')}
      className={styles.suggestions}
    >
      {suggestions.map(({ label, query }, index) => (
        <div
          key={label}
          id={suggestionId(index)}
          role="option"
          tabIndex={-1}
          aria-selected={index === activeIndex}
          className={index === activeIndex ? styles.activeOption : undefined}
          // mousedown comes before the field would lose the focus.
          onMouseDown={(event) => {
            event.preventDefault();
            onSelect(query);
          }}
        >
          {label}
        </div>
      ))}
    </div>
  );
}
