import { expect, test } from 'vitest';
import type { ConversationPage } from '../client.ts';
import { mergedMessagesStart } from './conversation.ts';

const message = (hour: string, id: string) => ({ sentAt: `2026-01-01T${hour}:00:00.000Z`, id });
const page = (messages: object[], events: object[] = []) =>
  ({ messages, events }) as unknown as ConversationPage;
const shown = message('12', 'b');

test('a page starts at older messages that were merged in since', () => {
  const merged = { id: '1', kind: 'merged', mergedMessages: { first: '2026-01-01T10:00:00.000Z a' } };
  expect(mergedMessagesStart(page([shown]), page([shown], [merged]))).toBe('2026-01-01T10:00:00.000Z a');
  // A merge that was known before adds nothing, wherever the page starts.
  expect(mergedMessagesStart(page([shown], [merged]), page([shown], [merged]))).toBeUndefined();
  const newer = { id: '1', kind: 'merged', mergedMessages: { first: '2026-01-01T13:00:00.000Z a' } };
  expect(mergedMessagesStart(page([shown]), page([shown], [newer]))).toBeUndefined();
  expect(
    mergedMessagesStart(page([shown]), page([shown], [{ id: '1', kind: 'done', mergedMessages: null }])),
  ).toBeUndefined();
});
