import type { Simulator } from './simulator.ts';

/** A setting that a test has made; undefined if it has not. */
export function readSetting({ store }: Simulator, name: string): string | undefined {
  return store.get<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value;
}

/** Stores a setting; null removes it. */
export function writeSetting({ store }: Simulator, name: string, value: string | null): void {
  if (value === null) store.run('DELETE FROM settings WHERE name = ?', name);
  else
    store.run(
      'INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
      name,
      value,
    );
}
