/**
 * A message that its writer sent while the server could not be reached. Its text is the draft, stored in this browser or
 * on the server; the id of the draft becomes that of the message, so that it is sent once however often it is tried.
 */
export type WaitingMessage = {
  draftId: string;
  userId: string;
  instanceId: string;
  target: { kind: 'reply' | 'forward' | 'note' | 'new'; conversationId: string | null; draftId?: string };
  /** Of the text in this browser (stored-draft.ts). */
  storageKey: string;
  /** What it is called in the list: the recipients, or the subject. */
  label: string;
  sendAt: string | null;
  done: boolean;
  /** The newest message its writer had seen; null: it is sent whatever came since. */
  seenMessageId: string | null;
  /** Why it does not leave by itself; null while it waits for the network. */
  problem: { code: string; title: string; detail: string } | null;
};

const key = 'postroom outbox';
const listeners = new Set<() => void>();
let cached: { text: string; messages: WaitingMessage[] } = { text: '', messages: [] };

/** All messages that wait in this browser, of every user of it. The same array until one changes. */
export function waitingMessages(): WaitingMessage[] {
  let text = '[]';
  try {
    text = localStorage.getItem(key) ?? '[]';
  } catch {
    // Without localStorage nothing waits.
  }
  if (text !== cached.text) {
    try {
      cached = { text, messages: JSON.parse(text) as WaitingMessage[] };
    } catch {
      cached = { text, messages: [] };
    }
  }
  return cached.messages;
}

/** Calls back when what waits has changed, in this tab or another. Returns how to stop. */
export function onOutboxChange(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => (event.key === key || event.key === null) && listener();
  listeners.add(listener);
  window.addEventListener('storage', onStorage);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', onStorage);
  };
}

/** Adds a message, in the place of the same one; false if the browser stores nothing. */
export function addWaiting(message: WaitingMessage): boolean {
  return write([...waitingMessages().filter(({ draftId }) => draftId !== message.draftId), message]);
}

export function updateWaiting(draftId: string, change: Partial<WaitingMessage>): void {
  write(waitingMessages().map((one) => (one.draftId === draftId ? { ...one, ...change } : one)));
}

/** Takes a message out: it was sent, or is not to be. Its text stays a draft. */
export function removeWaiting(draftId: string): void {
  write(waitingMessages().filter((one) => one.draftId !== draftId));
}

function write(messages: WaitingMessage[]): boolean {
  try {
    if (messages.length > 0) localStorage.setItem(key, JSON.stringify(messages));
    else localStorage.removeItem(key);
  } catch {
    return false;
  }
  for (const listener of listeners) listener();
  return true;
}

/** How much `forgetWritten` would delete: messages that wait to leave, and other texts that the server does not have. */
export function countWritten(userId: string): { messages: number; texts: number } {
  const waiting = waitingMessages().filter((one) => one.userId === userId);
  const ofWaiting = new Set(waiting.map(({ storageKey }) => `postroom draft ${storageKey}`));
  const texts = textNames(userId).filter((name) => !ofWaiting.has(name));
  return { messages: waiting.length, texts: texts.length };
}

/** Forgets all that waits of a user, and the texts of their drafts in this browser: they have signed out. */
export function forgetWritten(userId: string): void {
  write(waitingMessages().filter((one) => one.userId !== userId));
  for (const name of textNames(userId)) localStorage.removeItem(name);
}

/** The names of the texts that this browser keeps of a user, as stored-draft.ts and bulk-draft-storage.ts give them. */
function textNames(userId: string): string[] {
  const prefixes = ['draft', 'bulk'].map((kind) => `postroom ${kind} ${userId} `);
  try {
    return Object.keys(localStorage).filter((name) => prefixes.some((prefix) => name.startsWith(prefix)));
  } catch {
    // Nothing is stored.
    return [];
  }
}
