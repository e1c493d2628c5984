import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';

/** Time without a key press before the typed text is searched for, in milliseconds. */
const debounceMs = 120;

/**
 * The text of the search field. It follows the query of the address, and after a pause in typing the address
 * follows it. `query` is null where no search is shown.
 */
export function useSearchText(slug: string, query: string | null) {
  const navigate = useNavigate();
  const [text, setText] = useState(query ?? '');
  /** The query of the address and, after it, those that were submitted here and that it has not yet. */
  const queries = useRef([query]);
  useEffect(() => {
    // On a slow page it comes when more was typed and submitted.
    const index = queries.current.lastIndexOf(query);
    if (index < 0) setText(query ?? '');
    queries.current = index < 0 ? [query] : queries.current.slice(index);
  }, [query]);

  const submit = (q: string) => {
    if (q.trim() === '' && query === null) return;
    queries.current.push(q);
    void navigate({ to: '/$slug/search', params: { slug }, search: { q }, replace: query !== null });
  };
  const submitRef = useRef(submit);
  submitRef.current = submit;
  useEffect(() => {
    if (text === (queries.current.at(-1) ?? '')) return;
    const timer = setTimeout(() => submitRef.current(text), debounceMs);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, setText, submit: () => submit(text) };
}
