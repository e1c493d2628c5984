import type { DraftContent } from './draft-content.ts';

/**
 * Content that the server does not have yet, and the version it is based on. The field names are the format of
 * localStorage: what earlier releases stored must stay readable.
 */
export type StoredDraft = { id: string; version: number; words: DraftContent };

const localStorageKey = (storageKey: string) => `postroom draft ${storageKey}`;

/** The unsaved content of a draft in this browser; null where there is none. */
export function readStoredDraft(storageKey: string): StoredDraft | null {
  try {
    const stored = JSON.parse(
      localStorage.getItem(localStorageKey(storageKey)) ?? 'null',
    ) as StoredDraft | null;
    return stored && typeof stored.words?.html === 'string' ? stored : null;
  } catch {
    return null;
  }
}

/** Stores unsaved content in this browser; null removes it. */
export function writeStoredDraft(storageKey: string, stored: StoredDraft | null): void {
  try {
    if (stored) localStorage.setItem(localStorageKey(storageKey), JSON.stringify(stored));
    else localStorage.removeItem(localStorageKey(storageKey));
  } catch {
    // Without localStorage (private windows, a full disk) drafts are saved on the server only.
  }
}
