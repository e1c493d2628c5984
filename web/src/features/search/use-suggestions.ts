import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useState } from 'react';
import { tags } from '../../api/queries/conversation.ts';
import { viewCounts } from '../../api/queries/conversation-lists.ts';
import { people } from '../../api/queries/people.ts';
import { suggest } from './suggest.ts';

/** The suggestions for a search text while the field has the focus, and the one chosen with the arrow keys. */
export function useSuggestions(
  instanceId: string,
  { text, focused, onSelect }: { text: string; focused: boolean; onSelect(query: string): void },
) {
  const [activeIndex, setActiveIndex] = useState(-1);
  const queryOptions = { enabled: focused };
  const values = {
    tags: useQuery({ ...tags(instanceId), ...queryOptions }).data?.tags.map(({ name }) => name) ?? [],
    people: useQuery({ ...people(instanceId), ...queryOptions }).data?.people.map(({ name }) => name) ?? [],
    mailboxes: useQuery(viewCounts(instanceId)).data?.mailboxes.map(({ address }) => address) ?? [],
  };
  const suggestions = focused ? suggest(text, values) : [];
  const active = suggestions[activeIndex];

  /** Moves to, or takes, a suggestion; false where the key means something else. */
  function handleKey({ key, shiftKey }: KeyboardEvent): boolean {
    const { length } = suggestions;
    if (key === 'ArrowDown' && length > 0) setActiveIndex((activeIndex + 1) % length);
    else if (key === 'ArrowUp' && length > 0) setActiveIndex((activeIndex - 1 + length) % length);
    else if (active && (key === 'Enter' || (key === 'Tab' && !shiftKey))) onSelect(active.query);
    else return false;
    return true;
  }
  return { suggestions, active, activeIndex, handleKey, clearActive: () => setActiveIndex(-1) };
}
