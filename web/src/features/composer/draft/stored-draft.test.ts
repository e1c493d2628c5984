import { afterEach, expect, test, vi } from 'vitest';
import { noQuoting } from './quoting.ts';
import { readStoredDraft, writeStoredDraft } from './stored-draft.ts';

const formerContent = { mailboxId: null, to: [], cc: [], bcc: [], subject: 'Hello', html: '<p>Text</p>' };
const content = { ...formerContent, alias: null, quoting: noQuoting };

function useStorage(items: Record<string, string>): Record<string, string> {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => items[key] ?? null,
    setItem: (key: string, value: string) => {
      items[key] = value;
    },
    removeItem: (key: string) => delete items[key],
  });
  return items;
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
  expect(items).toEqual({});
});

test('damaged content counts as none', () => {
  useStorage({ 'postroom draft u c reply': '{"id":', 'postroom draft u c note': '{"id":"d"}' });
  expect(readStoredDraft('u c reply')).toBeNull();
  expect(readStoredDraft('u c note')).toBeNull();
});
