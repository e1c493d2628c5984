import { v4 as uuid } from 'uuid';

/** What is being written; `id` is the message's own, so that sending it twice sends it once. */
export type Draft = {
  id: string;
  mailboxId: string;
  to: string[];
  cc: string[];
  bcc: string[];
  html: string;
  text: string;
};

const key = (place: string) => `postroom draft ${place}`;

/** The draft kept in this browser for a place, or an empty one. */
export function keptDraft(place: string): Draft {
  const fresh = { id: uuid(), mailboxId: '', to: [], cc: [], bcc: [], html: '', text: '' };
  try {
    return { ...fresh, ...(JSON.parse(localStorage.getItem(key(place)) ?? '{}') as Partial<Draft>) };
  } catch {
    return fresh;
  }
}

/** Keeps a draft in this browser; null forgets it. An empty one is not worth keeping. */
export function keepDraft(place: string, draft: Draft | null): void {
  try {
    if (draft?.text.trim()) localStorage.setItem(key(place), JSON.stringify(draft));
    else localStorage.removeItem(key(place));
  } catch {
    // A browser that keeps nothing (private windows, a full disk) still lets one write and send.
  }
}
