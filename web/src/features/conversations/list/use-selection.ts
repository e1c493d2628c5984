import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import type { ListRow } from '../../../api/client.ts';
import { loadedRow } from '../../../api/list-pages.ts';

/** The conversations selected for a bulk action, by id, as their rows were when they were selected. */
export type ChosenRows = ReadonlyMap<string, ListRow>;

export type Selection = {
  ids: ReadonlySet<string>;
  rows: ChosenRows;
  toggle(id: string): void;
  /** Selects all rows from the last toggled one to this one. */
  extendTo(id: string, rows: ListRow[]): void;
  add(rows: ListRow[]): void;
  clear(): void;
};

/** The selection in the list with this key; another list starts with an empty one. */
export function useSelection(instanceId: string, key: string): Selection {
  const client = useQueryClient();
  const [state, setState] = useState({ key, rows: emptySelection });
  const anchor = useRef<string | null>(null);
  const rows = state.key === key ? state.rows : emptySelection;
  return useMemo(() => {
    // From the current selection: a second click may come before the first has rendered.
    const change = (next: (rows: ChosenRows) => ChosenRows) =>
      setState((previous) => ({ key, rows: next(previous.key === key ? previous.rows : emptySelection) }));
    // A row that is selected already stays as it was chosen.
    const add = (more: ListRow[]) =>
      change((before) => new Map([...more.map((row) => [row.id, row] as const), ...before]));
    return {
      ids: new Set(rows.keys()),
      rows,
      toggle(id) {
        anchor.current = id;
        const row = loadedRow(client, instanceId, id);
        change((before) => {
          const next = new Map(before);
          if (!next.delete(id) && row) next.set(id, row);
          return next;
        });
      },
      extendTo(id, all) {
        const [anchorIndex, targetIndex] = [anchor.current ?? id, id].map((each) =>
          all.findIndex((row) => row.id === each),
        );
        const [from, to] = [Math.min(anchorIndex!, targetIndex!), Math.max(anchorIndex!, targetIndex!)];
        if (from < 0) return this.toggle(id);
        add(all.slice(from, to + 1));
        anchor.current = id;
      },
      add,
      clear() {
        change(() => emptySelection);
      },
    };
  }, [client, instanceId, rows, key]);
}

const emptySelection: ChosenRows = new Map();
