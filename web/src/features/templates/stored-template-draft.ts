/** What is being written of a template and not saved; `version` is the one it began from, 0 for a new one. */
export type Changes = { name: string; html: string; version: number; at: string };

const key = (place: string) => `postroom template ${place}`;

/** Changes kept in this browser when the page was left without saving; null where there are none. */
export function keptChanges(place: string): Changes | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key(place)) ?? 'null') as Partial<Changes> | null;
    if (typeof kept?.html !== 'string' || typeof kept.name !== 'string') return null;
    return { name: kept.name, html: kept.html, version: kept.version ?? 0, at: kept.at ?? '' };
  } catch {
    return null;
  }
}

/** Keeps changes in this browser; null forgets them. */
export function keepChanges(place: string, changes: Changes | null): void {
  try {
    if (changes) localStorage.setItem(key(place), JSON.stringify(changes));
    else localStorage.removeItem(key(place));
  } catch {
    // A browser that keeps nothing still asks before the page is left.
  }
}
