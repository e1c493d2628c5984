/** What is being written of a template and not saved; `version` is the one it began from, 0 for a new one. */
export type StoredTemplateDraft = { name: string; html: string; version: number; at: string };

const storageKey = (templateKey: string) => `postroom template ${templateKey}`;

/** Changes kept in this browser when the page was left without saving; null where there are none. */
export function readStoredTemplateDraft(templateKey: string): StoredTemplateDraft | null {
  try {
    const stored = JSON.parse(
      localStorage.getItem(storageKey(templateKey)) ?? 'null',
    ) as Partial<StoredTemplateDraft> | null;
    if (typeof stored?.html !== 'string' || typeof stored.name !== 'string') return null;
    return { name: stored.name, html: stored.html, version: stored.version ?? 0, at: stored.at ?? '' };
  } catch {
    return null;
  }
}

/** Keeps changes in this browser; null forgets them. */
export function writeStoredTemplateDraft(templateKey: string, draft: StoredTemplateDraft | null): void {
  try {
    if (draft) localStorage.setItem(storageKey(templateKey), JSON.stringify(draft));
    else localStorage.removeItem(storageKey(templateKey));
  } catch {
    // A browser that keeps nothing still asks before the page is left.
  }
}
