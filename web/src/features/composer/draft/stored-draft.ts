import { type DraftContent, type DraftTarget, emptyContent } from './draft-content.ts';

/** Content that the server does not have yet, and the version it is based on. */
export type StoredDraft = { id: string; version: number; content: DraftContent };

/** A draft that is kept in this browser, and what it belongs to; `conversationId` null: a new message. */
export type KeptDraft = StoredDraft & { kind: string; conversationId: string | null };

/**
 * The format in localStorage. Drafts stored by earlier releases, without their organization, must stay readable, so
 * its names are fixed.
 */
type StoredFormat = { id: string; version: number; words: DraftContent; instanceId?: string };

/** Names a draft in this browser, which two people may use, one after the other. */
export function draftStorageKey(userId: string, { kind, conversationId, draftId }: DraftTarget): string {
  return `${userId} ${conversationId ? `${conversationId} ${kind}` : `new ${draftId}`}`;
}

const localStorageKey = (storageKey: string) => `postroom draft ${storageKey}`;

/** The unsaved content of a draft in this browser; null where there is none. */
export function readStoredDraft(storageKey: string): StoredDraft | null {
  const stored = readFormat(localStorageKey(storageKey));
  // An earlier release stored fewer properties.
  return stored && { id: stored.id, version: stored.version, content: { ...emptyContent, ...stored.words } };
}

/** The user's drafts of an organization that this browser keeps because the server does not have all of them yet. */
export function keptDrafts(userId: string, instanceId: string): KeptDraft[] {
  const prefix = localStorageKey(`${userId} `);
  return storedKeys().flatMap((key) => {
    if (!key.startsWith(prefix) || readFormat(key)?.instanceId !== instanceId) return [];
    const [first = '', second = ''] = key.slice(prefix.length).split(' ');
    const target =
      first === 'new' ? { kind: 'new', conversationId: null } : { kind: second, conversationId: first };
    return { ...readStoredDraft(`${userId} ${first} ${second}`)!, ...target };
  });
}

/** What this browser keeps of the drafts of whoever is signed in, before it is known who that is. */
export function keptTexts(): Array<Pick<DraftContent, 'to' | 'subject' | 'html'>> {
  return storedKeys().flatMap((key) => {
    const isDraft = key.startsWith(localStorageKey(''));
    return (isDraft && readFormat(key)?.words) || [];
  });
}

function storedKeys(): string[] {
  try {
    return Object.keys(localStorage);
  } catch {
    return [];
  }
}

function readFormat(key: string): StoredFormat | null {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? 'null') as StoredFormat | null;
    return typeof stored?.words?.html === 'string' ? stored : null;
  } catch {
    return null;
  }
}

/** Stores unsaved content of an organization in this browser; null removes it. */
export function writeStoredDraft(
  storageKey: string,
  stored: (StoredDraft & { instanceId?: string }) | null,
): void {
  try {
    if (!stored) localStorage.removeItem(localStorageKey(storageKey));
    else {
      const { id, version, content, instanceId } = stored;
      const format: StoredFormat = { id, version, words: content, ...(instanceId && { instanceId }) };
      localStorage.setItem(localStorageKey(storageKey), JSON.stringify(format));
    }
  } catch {
    // Without localStorage (private windows, a full disk) drafts are saved on the server only.
  }
}
