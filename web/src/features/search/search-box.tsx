import { ActionIcon, Kbd, Popover, Tooltip } from '@mantine/core';
import { IconBookmarkPlus, IconHelp, IconSearch, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import { people, tags, viewCounts } from '../../api/queries.ts';
import { useKeys } from '../../ui/use-keyboard-shortcuts.ts';
import { words } from '../../words/words.ts';
import styles from './search-box.module.css';
import { suggest } from './suggest.ts';

const Syntax = lazy(() => import('./syntax-help.tsx'));
const SaveFilter = lazy(() => import('./save-filter-form.tsx'));

/** Time without a key before what is typed is searched for: shorter than a pause, longer than a stroke. */
const restMs = 120;

/** Where one searches: found as one types, with what may come next below it. */
export function SearchBox({
  instanceId,
  slug,
  query,
  leave,
}: {
  instanceId: string;
  slug: string;
  /** What is searched for now; null where the list is no search. */
  query: string | null;
  /** Back to the list from which one searched. */
  leave(): void;
}) {
  const navigate = useNavigate();
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query ?? '');
  const [focused, setFocused] = useState(false);
  const [at, setAt] = useState(-1);
  const [panel, setPanel] = useState<'help' | 'save' | null>(null);
  const asked = useRef(query);
  useEffect(() => {
    // The address changed by something other than typing here.
    if (query !== asked.current) setText(query ?? '');
    asked.current = query;
  }, [query]);
  useKeys({ '/': () => field.current?.focus() });

  const go = (q: string) => {
    if (q.trim() === '' && query === null) return;
    asked.current = q;
    void navigate({ to: '/$slug/search', params: { slug }, search: { q }, replace: query !== null });
  };
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    if (text === (asked.current ?? '')) return;
    const rest = setTimeout(() => latest.current(text), restMs);
    return () => clearTimeout(rest);
  }, [text]);

  const wanted = { enabled: focused };
  const known = {
    tags: useQuery({ ...tags(instanceId), ...wanted }).data?.tags.map(({ name }) => name) ?? [],
    people: useQuery({ ...people(instanceId), ...wanted }).data?.people.map(({ name }) => name) ?? [],
    mailboxes: useQuery(viewCounts(instanceId)).data?.mailboxes.map(({ address }) => address) ?? [],
  };
  const suggestions = focused ? suggest(text, known) : [];
  const chosen = suggestions[at];
  const take = (next: string) => {
    setText(next);
    setAt(-1);
    field.current?.focus();
  };
  const close = () => {
    setText('');
    setAt(-1);
    field.current?.blur();
    if (query !== null) leave();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && suggestions.length > 0) setAt((at + 1) % suggestions.length);
    else if (event.key === 'ArrowUp' && suggestions.length > 0)
      setAt((at - 1 + suggestions.length) % suggestions.length);
    else if (event.key === 'Tab' && !event.shiftKey && suggestions.length > 0 && chosen) take(chosen.text);
    else if (event.key === 'Enter') {
      if (chosen) take(chosen.text);
      else {
        go(text);
        // The keys are the list's then.
        field.current?.blur();
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
          ref={field}
          type="text"
          role="combobox"
          aria-label={words.search.label}
          aria-expanded={suggestions.length > 0}
          aria-controls="search-suggestions"
          aria-activedescendant={chosen ? `suggestion-${at}` : undefined}
          aria-autocomplete="list"
          placeholder={words.search.placeholder}
          autoComplete="off"
          spellCheck={false}
          maxLength={500}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(-1);
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
                  aria-label={words.filters.save}
                  title={words.filters.save}
                  onClick={() => setPanel('save')}
                >
                  <IconBookmarkPlus size={15} />
                </ActionIcon>
              </Popover.Target>
              <Popover.Dropdown>
                <Suspense>
                  <SaveFilter
                    instanceId={instanceId}
                    slug={slug}
                    query={text.trim()}
                    onClose={() => setPanel(null)}
                  />
                </Suspense>
              </Popover.Dropdown>
            </Popover>
            <Tooltip label={words.search.clear}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={words.search.clear}
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
              aria-label={words.search.help}
              title={words.search.help}
              onClick={() => setPanel('help')}
            >
              <IconHelp size={15} />
            </ActionIcon>
          </Popover.Target>
          <Popover.Dropdown p="xs">
            <Suspense>
              <Syntax
                take={(example) => {
                  setPanel(null);
                  take(example);
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
          aria-label={words.search.suggestions}
          className={styles.suggestions}
        >
          {suggestions.map(({ shown, text: next }, index) => (
            <div
              key={shown}
              id={`suggestion-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className={index === at ? styles.at : undefined}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                take(next);
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
