/** What is being written. */
export type DraftContent = {
  mailboxId: string | null;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  html: string;
};
/** What the server has not got yet, with the version it is based on. */
export type StoredDraft = { id: string; version: number; words: DraftContent };

const storageKey = (draftKey: string) => `postroom draft ${draftKey}`;

/** What this browser keeps for a place because the server did not answer; null where there is nothing. */
export function readStoredDraft(draftKey: string): StoredDraft | null {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey(draftKey)) ?? 'null') as StoredDraft | null;
    return stored && typeof stored.words?.html === 'string' ? stored : null;
  } catch {
    return null;
  }
}

/** Keeps what is not saved yet; null forgets it. */
export function writeStoredDraft(draftKey: string, stored: StoredDraft | null): void {
  try {
    if (stored) localStorage.setItem(storageKey(draftKey), JSON.stringify(stored));
    else localStorage.removeItem(storageKey(draftKey));
  } catch {
    // A browser that keeps nothing (private windows, a full disk) still lets one write and send.
  }
}
