import { type DraftContent, type DraftTarget, emptyContent } from './draft-content.ts';

/** Content that the server does not have yet, and the version it is based on. */
export type StoredDraft = { id: string; version: number; content: DraftContent };

/** The format in localStorage. Drafts stored by earlier releases must stay readable, so its names are fixed. */
type StoredFormat = { id: string; version: number; words: DraftContent };

/** Names a draft in this browser, which two people may use, one after the other. */
export function draftStorageKey(userId: string, { kind, conversationId, draftId }: DraftTarget): string {
  return `${userId} ${conversationId ? `${conversationId} ${kind}` : `new ${draftId}`}`;
}

const localStorageKey = (storageKey: string) => `postroom draft ${storageKey}`;

/** The unsaved content of a draft in this browser; null where there is none. */
export function readStoredDraft(storageKey: string): StoredDraft | null {
  try {
    const stored = JSON.parse(
      localStorage.getItem(localStorageKey(storageKey)) ?? 'null',
    ) as StoredFormat | null;
    if (!stored || typeof stored.words?.html !== 'string') return null;
    // An earlier release stored fewer properties.
    return { id: stored.id, version: stored.version, content: { ...emptyContent, ...stored.words } };
  } catch {
    return null;
  }
}

/** Stores unsaved content in this browser; null removes it. */
export function writeStoredDraft(storageKey: string, stored: StoredDraft | null): void {
  try {
    if (!stored) localStorage.removeItem(localStorageKey(storageKey));
    else {
      const { id, version, content } = stored;
      const format: StoredFormat = { id, version, words: content };
      localStorage.setItem(localStorageKey(storageKey), JSON.stringify(format));
    }
  } catch {
    // Without localStorage (private windows, a full disk) drafts are saved on the server only.
  }
}
