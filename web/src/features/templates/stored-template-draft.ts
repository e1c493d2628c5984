import type { TemplateContent } from './template-source.ts';

/** Unsaved changes of a template; `version` is the one they are based on, 0 for a new template. */
export type StoredTemplateDraft = TemplateContent & { name: string; version: number; at: string };

const storageKey = (templateKey: string) => `postroom template ${templateKey}`;

/** The unsaved changes stored in this browser; null where there are none. */
export function readStoredTemplateDraft(templateKey: string): StoredTemplateDraft | null {
  try {
    const stored = JSON.parse(
      localStorage.getItem(storageKey(templateKey)) ?? 'null',
    ) as Partial<StoredTemplateDraft> | null;
    if (typeof stored?.html !== 'string' || typeof stored.name !== 'string') return null;
    const { name, html, form = null, version = 0, at = '' } = stored;
    return { name, html, form, version, at };
  } catch {
    return null;
  }
}

/** Stores unsaved changes in this browser; null removes them. */
export function writeStoredTemplateDraft(templateKey: string, draft: StoredTemplateDraft | null): void {
  try {
    if (draft) localStorage.setItem(storageKey(templateKey), JSON.stringify(draft));
    else localStorage.removeItem(storageKey(templateKey));
  } catch {
    // Without localStorage the page still asks before it is left.
  }
}
