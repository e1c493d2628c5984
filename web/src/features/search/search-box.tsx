import { Kbd } from '@mantine/core';
import { IconBookmarkPlus, IconHelp, IconSearch, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { holdKeys } from '../../ui/hold-keys.ts';
import { useKeyboardShortcuts } from '../../ui/use-keyboard-shortcuts.ts';
import styles from './search-box.module.css';
import { SearchButton } from './search-button.tsx';
import { SearchPanel } from './search-panel.tsx';
import { SuggestionList, suggestionId, suggestionListId } from './suggestion-list.tsx';
import { useSearchText } from './use-search-text.ts';
import { useSuggestions } from './use-suggestions.ts';

const SyntaxHelp = lazyPart(() => import('./syntax-help.tsx'));
const SaveFilterForm = lazyPart(() => import('./save-filter-form.tsx'));

/** The search field: searches while the user types, and suggests how the query can continue. */
export function SearchBox({
  instanceId,
  slug,
  query,
  onLeave,
}: {
  instanceId: string;
  slug: string;
  /** The query shown now; null where the list is not a search. */
  query: string | null;
  /** Returns to the list that was shown before the search. */
  onLeave(): void;
}) {
  const inputRef = useRef<HTMLInputElement>(null);
  const [focused, setFocused] = useState(false);
  const { text, setText, submit } = useSearchText(slug, query);
  const applyText = (next: string) => {
    setText(next);
    clearActive();
    inputRef.current?.focus();
  };
  const { suggestions, active, activeIndex, handleKey, clearActive } = useSuggestions(instanceId, {
    text,
    focused,
    onSelect: applyText,
  });
  useKeyboardShortcuts({ '/': () => inputRef.current?.focus() });
  const clear = () => {
    setText('');
    clearActive();
    inputRef.current?.blur();
    if (query !== null) onLeave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!handleKey(event)) {
      if (event.key === 'Escape') clear();
      else if (event.key === 'Enter') {
        submit();
        // From here on the keys move in the list.
        inputRef.current?.blur();
      } else return;
    }
    event.preventDefault();
  };
  return (
    <search className={styles.search}>
      <div className={styles.field}>
        <IconSearch size={15} aria-hidden />
        <input
          ref={inputRef}
          type="text"
          role="combobox"
          aria-label={t('search.label')}
          aria-expanded={suggestions.length > 0}
          aria-controls={suggestionListId}
          aria-activedescendant={active ? suggestionId(activeIndex) : undefined}
          aria-autocomplete="list"
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            clearActive();
          }}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onKeyDown={onKeyDown}
        />
        {text === '' && !focused && (
          <Kbd size="xs" className="hide-on-mobile" aria-hidden>
            /
          </Kbd>
        )}
        {text !== '' && <SaveFilterPopover {...{ instanceId, slug }} query={text.trim()} />}
        {text !== '' && <SearchButton label={t('search.clear')} icon={<IconX size={15} />} onClick={clear} />}
        <SyntaxHelpPopover onSelect={applyText} />
      </div>
      <SuggestionList suggestions={suggestions} activeIndex={activeIndex} onSelect={applyText} />
    </search>
  );
}

function SaveFilterPopover(search: { instanceId: string; slug: string; query: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <SearchPanel
      label={t('filters.save')}
      icon={<IconBookmarkPlus size={15} />}
      width={280}
      opened={opened}
      onChange={(open) => {
        if (open) holdKeys();
        setOpened(open);
      }}
    >
      <SaveFilterForm {...search} onClose={() => setOpened(false)} />
    </SearchPanel>
  );
}

function SyntaxHelpPopover({ onSelect }: { onSelect(example: string): void }) {
  const [opened, setOpened] = useState(false);
  return (
    <SearchPanel
      label={t('search.help')}
      icon={<IconHelp size={15} />}
      width={360}
      padding="xs"
      opened={opened}
      onChange={setOpened}
    >
      <SyntaxHelp
        onSelect={(example) => {
          setOpened(false);
          onSelect(example);
        }}
      />
    </SearchPanel>
  );
}
