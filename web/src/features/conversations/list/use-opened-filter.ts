import { useState } from 'react';
import type { SavedFilter } from '../../../api/client.ts';

/**
 * A saved filter as it was when its list was opened: a search that a colleague changes meanwhile, or a filter that they
 * delete, does not replace the list under the hand. `showChanged` shows the search as it is now, if it is another one.
 */
export function useOpenedFilter(
  filterId: string | undefined,
  filter: SavedFilter | undefined,
): { opened: SavedFilter | undefined; showChanged: (() => void) | null } {
  const [kept, setKept] = useState<SavedFilter>();
  const opened = kept?.id === filterId ? kept : undefined;
  // Set while rendering: https://react.dev/reference/react/useState#storing-information-from-previous-renders
  if (kept && !opened) setKept(undefined);
  if (!opened) {
    if (filter) setKept(filter);
    return { opened: filter, showChanged: null };
  }
  const isChanged = filter !== undefined && filter.query !== opened.query;
  return { opened, showChanged: isChanged ? () => setKept(filter) : null };
}
