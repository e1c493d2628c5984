import type { Store } from './store.ts';

export const clockSql = `
  CREATE TABLE clock (only INTEGER PRIMARY KEY CHECK (only = 1), offset_ms INTEGER NOT NULL);
  INSERT INTO clock VALUES (1, 0)`;

/** The simulator's clock: real time plus an offset that survives restarts. */
export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves the clock by so many milliseconds (negative: back). */
  advance(ms: number): void;
};

/** The clock of this store. */
export function openClock(store: Store): Clock {
  let offset = store.get<{ offset_ms: number }>('SELECT offset_ms FROM clock')?.offset_ms ?? 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      offset += ms;
      store.run('UPDATE clock SET offset_ms = ?', offset);
    },
  };
}
