import { afterEach, expect, test, vi } from 'vitest';
import { noQuoting } from './quoting.ts';
import { keptDrafts, readStoredDraft, writeStoredDraft } from './stored-draft.ts';

const formerContent = { mailboxId: null, to: [], cc: [], bcc: [], subject: 'Hello', html: '<p>Text</p>' };
const content = { ...formerContent, alias: null, quoting: noQuoting };

/** The methods of localStorage are not among its keys. */
const methods = {
  getItem(this: Record<string, string>, key: string) {
    return this[key] ?? null;
  },
  setItem(this: Record<string, string>, key: string, value: string) {
    this[key] = value;
  },
  removeItem(this: Record<string, string>, key: string) {
    delete this[key];
  },
};

function useStorage(items: Record<string, string>): Record<string, string> {
  const storage = Object.assign(Object.create(methods), items);
  vi.stubGlobal('localStorage', storage);
  return storage;
}

afterEach(() => vi.unstubAllGlobals());

test('a draft stored by an earlier release is readable', () => {
  useStorage({ 'postroom draft u c reply': JSON.stringify({ id: 'd', version: 2, words: formerContent }) });
  expect(readStoredDraft('u c reply')).toEqual({ id: 'd', version: 2, content });
});

test('a stored draft is read back, and null removes it', () => {
  const items = useStorage({});
  writeStoredDraft('u c note', { id: 'd', version: 0, content });
  expect(readStoredDraft('u c note')).toEqual({ id: 'd', version: 0, content });
  writeStoredDraft('u c note', null);
  expect(Object.keys(items)).toEqual([]);
});

test('damaged content counts as none', () => {
  useStorage({ 'postroom draft u c reply': '{"id":', 'postroom draft u c note': '{"id":"d"}' });
  expect(readStoredDraft('u c reply')).toBeNull();
  expect(readStoredDraft('u c note')).toBeNull();
});

test('what only this browser has is found by user and organization', () => {
  useStorage({ 'postroom language': 'de', 'postroom draft u old reply': '{"id":"o"}' });
  const stored = { id: 'd', version: 0, content, instanceId: 'i' };
  writeStoredDraft('u new d', stored);
  writeStoredDraft('u c note', { ...stored, id: 'e' });
  writeStoredDraft('u c reply', { ...stored, instanceId: 'other' });
  writeStoredDraft('v c reply', stored);
  expect(keptDrafts('u', 'i')).toEqual([
    { id: 'd', version: 0, content, kind: 'new', conversationId: null },
    { id: 'e', version: 0, content, kind: 'note', conversationId: 'c' },
  ]);
});
