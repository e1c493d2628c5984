import { ActionIcon, Kbd, Popover, Tooltip } from '@mantine/core';
import { IconBookmarkPlus, IconHelp, IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, Suspense, useEffect, useRef, useState } from 'react';
import { people, tags, viewCounts } from '../../api/queries.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { useKeyboardShortcuts } from '../../ui/use-keyboard-shortcuts.ts';
import styles from './search-box.module.css';
import { suggest } from './suggest.ts';

const SyntaxHelp = lazyPart(() => import('./syntax-help.tsx'));
const SaveFilterForm = lazyPart(() => import('./save-filter-form.tsx'));

/** Time without a key before what is typed is searched for: shorter than a pause, longer than a stroke. */
const debounceMs = 120;

/** Where one searches: found as one types, with what may come next below it. */
export function SearchBox({
  instanceId,
  slug,
  query,
  onLeave,
}: {
  instanceId: string;
  slug: string;
  /** What is searched for now; null where the list is no search. */
  query: string | null;
  /** Back to the list from which one searched. */
  onLeave(): void;
}) {
  const navigate = useNavigate();
  const inputRef = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query ?? '');
  const [focused, setFocused] = useState(false);
  const [activeIndex, setActiveIndex] = useState(-1);
  const [panel, setPanel] = useState<'help' | 'save' | null>(null);
  const submittedQuery = useRef(query);
  useEffect(() => {
    // The address changed by something other than typing here.
    if (query !== submittedQuery.current) setText(query ?? '');
    submittedQuery.current = query;
  }, [query]);
  useKeyboardShortcuts({ '/': () => inputRef.current?.focus() });

  const submit = (q: string) => {
    if (q.trim() === '' && query === null) return;
    submittedQuery.current = q;
    void navigate({ to: '/$slug/search', params: { slug }, search: { q }, replace: query !== null });
  };
  const submitRef = useRef(submit);
  submitRef.current = submit;
  useEffect(() => {
    if (text === (submittedQuery.current ?? '')) return;
    const timer = setTimeout(() => submitRef.current(text), debounceMs);
    return () => clearTimeout(timer);
  }, [text]);

  const queryOptions = { enabled: focused };
  const values = {
    tags: useQuery({ ...tags(instanceId), ...queryOptions }).data?.tags.map(({ name }) => name) ?? [],
    people: useQuery({ ...people(instanceId), ...queryOptions }).data?.people.map(({ name }) => name) ?? [],
    mailboxes: useQuery(viewCounts(instanceId)).data?.mailboxes.map(({ address }) => address) ?? [],
  };
  const suggestions = focused ? suggest(text, values) : [];
  const active = suggestions[activeIndex];
  const applySuggestion = (next: string) => {
    setText(next);
    setActiveIndex(-1);
    inputRef.current?.focus();
  };
  const close = () => {
    setText('');
    setActiveIndex(-1);
    inputRef.current?.blur();
    if (query !== null) onLeave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && suggestions.length > 0)
      setActiveIndex((activeIndex + 1) % suggestions.length);
    else if (event.key === 'ArrowUp' && suggestions.length > 0)
      setActiveIndex((activeIndex - 1 + suggestions.length) % suggestions.length);
    else if (event.key === 'Tab' && !event.shiftKey && suggestions.length > 0 && active)
      applySuggestion(active.query);
    else if (event.key === 'Enter') {
      if (active) applySuggestion(active.query);
      else {
        submit(text);
        // The keys are the list's then.
        inputRef.current?.blur();
      }
    } else if (event.key === 'Escape') close();
    else return;
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
          aria-controls="search-suggestions"
          aria-activedescendant={active ? `suggestion-${activeIndex}` : undefined}
          aria-autocomplete="list"
          placeholder={t('search.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setActiveIndex(-1);
          }}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          onKeyDown={onKeyDown}
        />
        {text === '' && !focused && (
          <Kbd size="xs" className="not-narrow" aria-hidden>
            /
          </Kbd>
        )}
        {text !== '' && (
          <>
            <Popover
              opened={panel === 'save'}
              onChange={(opened) => setPanel(opened ? 'save' : null)}
              width={280}
              trapFocus
              returnFocus
              position="bottom-end"
            >
              <Popover.Target>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={t('filters.save')}
                  title={t('filters.save')}
                  onClick={() => setPanel('save')}
                >
                  <IconBookmarkPlus size={15} />
                </ActionIcon>
              </Popover.Target>
              <Popover.Dropdown>
                <Suspense>
                  <SaveFilterForm
                    instanceId={instanceId}
                    slug={slug}
                    query={text.trim()}
                    onClose={() => setPanel(null)}
                  />
                </Suspense>
              </Popover.Dropdown>
            </Popover>
            <Tooltip label={t('search.clear')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={t('search.clear')}
                onClick={close}
              >
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          </>
        )}
        <Popover
          opened={panel === 'help'}
          onChange={(opened) => setPanel(opened ? 'help' : null)}
          width={360}
          trapFocus
          returnFocus
          position="bottom-end"
        >
          <Popover.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={t('search.help')}
              title={t('search.help')}
              onClick={() => setPanel('help')}
            >
              <IconHelp size={15} />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown p="xs">
            <Suspense>
              <SyntaxHelp
                onSelect={(example) => {
                  setPanel(null);
                  applySuggestion(example);
                }}
              />
            </Suspense>
          </Popover.Dropdown>
        </Popover>
      </div>
      {suggestions.length > 0 && (
        <div
          id="search-suggestions"
          role="listbox"
          aria-label={t('search.suggestions')}
          className={styles.suggestions}
        >
          {suggestions.map(({ label: shown, query: next }, index) => (
            <div
              key={shown}
              id={`suggestion-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === activeIndex}
              className={index === activeIndex ? styles.at : undefined}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                applySuggestion(next);
              }}
            >
              {shown}
            </div>
          ))}
        </div>
      )}
    </search>
  );
}
