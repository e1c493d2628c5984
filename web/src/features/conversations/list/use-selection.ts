import { useMemo, useRef, useState } from 'react';

/** The conversations chosen for what is done to many. */
export type Selection = {
  ids: ReadonlySet<string>;
  toggle(id: string): void;
  /** All from the one toggled last up to this one. */
  through(id: string, rows: Array<{ id: string }>): void;
  add(ids: string[]): void;
  clear(): void;
};

/** The selection of the list named by `key`: another list begins with none. */
export function useSelection(key: string): Selection {
  const [state, setState] = useState<{ key: string; ids: ReadonlySet<string> }>({ key, ids: new Set() });
  const last = useRef<string | null>(null);
  const ids = state.key === key ? state.ids : nothing;
  return useMemo(() => {
    // From what is chosen by then: a second click may come before the first is drawn.
    const change = (next: (ids: ReadonlySet<string>) => ReadonlySet<string>) =>
      setState((was) => ({ key, ids: next(was.key === key ? was.ids : nothing) }));
    return {
      ids,
      toggle(id) {
        last.current = id;
        change((ids) => {
          const next = new Set(ids);
          if (!next.delete(id)) next.add(id);
          return next;
        });
      },
      through(id, rows) {
        const [one, other] = [last.current ?? id, id].map((each) => rows.findIndex((row) => row.id === each));
        const [from, to] = [Math.min(one!, other!), Math.max(one!, other!)];
        if (from < 0) return this.toggle(id);
        change((ids) => new Set([...ids, ...rows.slice(from, to + 1).map((row) => row.id)]));
        last.current = id;
      },
      add(more) {
        change((ids) => new Set([...ids, ...more]));
      },
      clear() {
        change(() => nothing);
      },
    };
  }, [ids, key]);
}

const nothing: ReadonlySet<string> = new Set();
