import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Draft } from '../../../api/client.ts';
import type { DraftApi } from './draft-api.ts';
import { emptyContent } from './draft-content.ts';
import { DraftSession } from './draft-session.ts';
import { readStoredDraft, writeStoredDraft } from './stored-draft.ts';

const content = { ...emptyContent, html: '<p>Hello</p>' };
const key = 'user conversation reply';

function useStorage(): void {
  const items = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
    removeItem: (name: string) => items.delete(name),
  });
}

/** A server with at most one draft, which refuses another one of the same kind. */
function draftServer(initial: Draft | null): { api: DraftApi; current(): Draft | null } {
  let current = initial;
  const api = {
    fetch: async () => current ?? undefined,
    async save({ id, version, content }: { id: string; version: number; content: object }) {
      if (current && (current.id !== id || current.version !== version))
        throw Object.assign(new Error(), { code: 'draft-conflict', status: 409 });
      current = draftOf(id, version + 1, content);
      return { draft: current, cardNumbers: 0 };
    },
    delete: async () => {},
    invalidateLists() {},
    subscribe: () => () => {},
  } as unknown as DraftApi;
  return { api, current: () => current };
}

function draftOf(id: string, version: number, changes: object): Draft {
  const changedAt = '2026-11-28T10:00:00Z';
  return {
    ...content,
    id,
    version,
    attachments: [],
    forwarded: null,
    changedAt,
    ...changes,
  } as unknown as Draft;
}

afterEach(() => vi.unstubAllGlobals());

test('what a closed page stored is saved under the id that it had there', async () => {
  useStorage();
  writeStoredDraft(key, { id: 'stored', version: 0, content });
  const server = draftServer(null);
  const session = new DraftSession(server.api, key, 'reply');
  await session.load('new', (one) => one, new AbortController().signal);
  expect(session.state?.content.html).toBe('<p>Hello</p>');
  expect(await session.save()).toBe(true);
  expect(server.current()).toMatchObject({ id: 'stored', html: '<p>Hello</p>' });
  expect(readStoredDraft(key)).toBeNull();
});

test('a save of the closed page that arrives later is no conflict', async () => {
  useStorage();
  writeStoredDraft(key, { id: 'stored', version: 0, content });
  const server = draftServer(null);
  const session = new DraftSession(server.api, key, 'reply');
  await session.load('new', (one) => one, new AbortController().signal);
  await server.api.save({ id: 'stored', version: 0, content } as never);
  await session.save();
  expect(session.getSnapshot()).toMatchObject({ conflict: null, state: { status: 'saved', version: 1 } });
});

test('the subject and recipients of a new message are kept without a text', async () => {
  useStorage();
  const stored = { ...emptyContent, to: ['ana@far.example'], subject: 'Hello' };
  writeStoredDraft(key, { id: 'stored', version: 0, content: stored });
  const session = new DraftSession(draftServer(null).api, key, 'new');
  await session.load('new', (one) => one, new AbortController().signal);
  expect(session.state?.content).toMatchObject({ to: ['ana@far.example'], subject: 'Hello' });
});

test('a draft that waits to be sent is left alone, so that it is not saved once more after it was sent', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  useStorage();
  const { api } = draftServer(draftOf('waiting', 1, {}));
  const session = new DraftSession(api, key, 'reply');
  await session.load('new', (one) => one, new AbortController().signal);
  const save = vi.spyOn(api, 'save').mockRejectedValue(Object.assign(new Error(), { status: 0 }));
  session.edit({ html: '<p>More</p>' });
  expect(await session.ensureSaved()).toBeNull();
  expect(save).toHaveBeenCalledTimes(1);
  session.leave();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(save).toHaveBeenCalledTimes(1);
  expect(readStoredDraft(key)).toMatchObject({ id: 'waiting', content: { html: '<p>More</p>' } });
});
