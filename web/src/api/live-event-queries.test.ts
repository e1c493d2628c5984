import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { conversationsOfCustomer } from './list-pages.ts';
import { changedBy } from './live-event-queries.ts';
import type { LiveEvent } from './live-events.ts';
import { conversationList } from './queries/conversation-lists.ts';

const event = (type: string, ids: Partial<LiveEvent> = {}): LiveEvent => ({ seq: 1, type, ...ids });

test.each([
  [event('conversation.changed', { conversationId: 'c' }), [['conversation', 'c']]],
  [
    event('message.stored', { conversationId: 'c' }),
    [['conversation', 'c'], ['customer'], ['customer-list']],
  ],
  [event('delivery.changed', { conversationId: 'c' }), [['conversation', 'c'], ['bulk']]],
  [event('draft.changed'), [['drafts']]],
  [event('draft.changed', { conversationId: 'c' }), [['drafts'], ['typing-users', 'c']]],
  [event('presence.changed', { conversationId: 'c' }), [['presence', 'c']]],
  [event('customer.changed', { customerId: 'k' }), [['customer'], ['customer-list'], ['conversation']]],
  [event('connection.changed', { connectionId: 'n' }), [['connection', 'n']]],
  [event('people.changed'), [['people'], ['members']]],
  [event('a type of a later version'), []],
])('queries changed by %o', (one, queries) => {
  expect(changedBy(one).queries).toEqual(queries);
});

test('list rows change with their conversation or customer only', () => {
  expect(changedBy(event('message.redacted', { conversationId: 'c' })).conversationId).toBe('c');
  expect(changedBy(event('delivery.changed', { conversationId: 'c' })).conversationId).toBeUndefined();
  expect(changedBy(event('customer.changed', { customerId: 'k' })).customerId).toBe('k');
});

test('the loaded conversations of a customer are found once, in all lists', () => {
  const client = new QueryClient();
  const row = (id: string, customerId: string) => ({ id, customer: { id: customerId } });
  const show = (view: 'open' | 'mine', conversations: object[]) =>
    client.setQueryData(conversationList('i', { view }).queryKey, {
      pages: [{ conversations, next: null }],
      pageParams: [undefined],
    } as never);
  show('open', [row('a', 'k'), row('b', 'other'), row('c', 'k')]);
  show('mine', [row('a', 'k')]);
  expect(conversationsOfCustomer(client, 'i', 'k')).toEqual(['a', 'c']);
});
