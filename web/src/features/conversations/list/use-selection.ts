import { useMemo, useRef, useState } from 'react';

/** The conversations selected for a bulk action. */
export type Selection = {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
  /** Selects all rows from the last toggled one to this one. */
  extendTo(id: string, rows: Array<{ id: string }>): void;
  add(ids: string[]): void;
  clear(): void;
};

/** The selection in the list with this key; another list starts with an empty one. */
export function useSelection(key: string): Selection {
  const [state, setState] = useState<{ key: string; ids: ReadonlySet<string> }>({ key, ids: new Set() });
  const anchor = useRef<string | null>(null);
  const ids = state.key === key ? state.ids : emptySelection;
  return useMemo(() => {
    // From the current selection: a second click may come before the first has rendered.
    const change = (next: (ids: ReadonlySet<string>) => ReadonlySet<string>) =>
      setState((previous) => ({ key, ids: next(previous.key === key ? previous.ids : emptySelection) }));
    return {
      ids,
      toggle(id) {
        anchor.current = id;
        change((ids) => {
          const next = new Set(ids);
          if (!next.delete(id)) next.add(id);
          return next;
        });
      },
      extendTo(id, rows) {
        const [anchorIndex, targetIndex] = [anchor.current ?? id, id].map((each) =>
          rows.findIndex((row) => row.id === each),
        );
        const [from, to] = [Math.min(anchorIndex!, targetIndex!), Math.max(anchorIndex!, targetIndex!)];
        if (from < 0) return this.toggle(id);
        change((ids) => new Set([...ids, ...rows.slice(from, to + 1).map((row) => row.id)]));
        anchor.current = id;
      },
      add(more) {
        change((ids) => new Set([...ids, ...more]));
      },
      clear() {
        change(() => emptySelection);
      },
    };
  }, [ids, key]);
}

const emptySelection: ReadonlySet<string> = new Set();
