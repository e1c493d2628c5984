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
  const submittedQuery = useRef(query);
  useEffect(() => {
    // The address changed, but not by typing here.
    if (query !== submittedQuery.current) setText(query ?? '');
    submittedQuery.current = query;
  }, [query]);

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
  return { text, setText, submit: () => submit(text) };
}
