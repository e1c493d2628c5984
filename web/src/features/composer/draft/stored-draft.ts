/** What is being written. */
export type Words = {
  mailboxId: string | null;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  html: string;
};
/** What the server has not got yet, with the version it is based on. */
export type Kept = { id: string; version: number; words: Words };

const key = (place: string) => `postroom draft ${place}`;

/** What this browser keeps for a place because the server did not answer; null where there is nothing. */
export function keptDraft(place: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key(place)) ?? 'null') as Kept | null;
    return kept && typeof kept.words?.html === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** Keeps what is not saved yet; null forgets it. */
export function keepDraft(place: string, kept: Kept | null): void {
  try {
    if (kept) localStorage.setItem(key(place), JSON.stringify(kept));
    else localStorage.removeItem(key(place));
  } catch {
    // A browser that keeps nothing (private windows, a full disk) still lets one write and send.
  }
}
