import { readdirSync, readFileSync } from 'node:fs';
import { QueryClient } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { conversationsOf } from './list-pages.ts';
import { changedBy } from './live-event-queries.ts';
import type { LiveEvent } from './live-events.ts';
import { conversationList } from './queries/conversation-lists.ts';

const event = (type: string, ids: Partial<LiveEvent> = {}): LiveEvent => ({ seq: 1, type, ...ids });

/** An event with all that an event may name. */
const ids = {
  conversationId: 'c',
  messageId: 'm',
  mailboxId: 'b',
  connectionId: 'n',
  customerId: 'k',
  userId: 'u',
};

/** Each type of event, and the queries it refreshes, by the second part of their keys. */
const table: Record<string, string> = {
  'conversation.changed': 'conversation conversation-list customer tags view-counts',
  'message.stored': 'conversation conversation-list customer customer-list invitations mailboxes view-counts',
  'message.redacted':
    'attached-message attachment-text conversation conversation-list customer drafts invitations passage-occurrences source view-counts',
  'delivery.changed': 'bulk conversation customer invitations',
  'draft.changed': 'drafts typing-users',
  'presence.changed': 'presence',
  'tag.changed': 'conversation conversation-list tags',
  'filter.changed': 'filters view-counts',
  'customer.changed': 'conversation conversation-list customer customer-list customers view-counts',
  'saved-reply.changed': 'saved-replies',
  'mailbox.changed': 'bulk conversation invitations mailbox-preview mailboxes own-addresses view-counts',
  'bulk.changed': 'bulk',
  'template.changed': 'bulk mailbox-preview mailboxes templates',
  'connection.changed': 'connection',
  'notification.changed': 'notifications',
  'people.changed':
    'api-keys conversation conversation-list customer me members people presence typing-users view-counts',
  'webhook.changed': 'webhook-deliveries webhooks',
  'instance.changed': 'content-settings me own-addresses receiving retention sign-in',
};

/** Queries that no event refreshes, and why. */
const notLive: Record<string, string> = {
  audit: 'a log, which is read from its beginning',
  'google-setup': 'sends requests to Google, on request only',
  health: 'asked again by itself every ten seconds',
  'instance-contents': 'counted when the dialog opens',
  'notification-preferences': 'the user’s own, fetched again when the window has the focus',
  push: 'of this browser alone, which changes it itself',
  'opening-hours': 'set once, and read when its page or the reports open',
  pause: 'asked again by itself while it lasts',
  palette: 'what is searched while typing must not change under the keys',
  reports: 'figures of past days, computed when the page opens or a filter changes',
  'retention-preview': 'counted for what is being typed',
  'search-correction': 'as above',
  'template-preview': 'of the text in the editor',
  'template-preview-conversations': 'examples to choose from',
  'writing-settings': 'the user’s own, fetched again when the window has the focus',
};

const sources = (folder: string, pattern: RegExp): string[] => {
  const url = new URL(folder, import.meta.url);
  const files = readdirSync(url, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.tsx?$/.test(name),
  );
  const found = files.flatMap((name) =>
    [...readFileSync(new URL(name, url), 'utf8').matchAll(pattern)].map((match) => match[1]!),
  );
  return [...new Set(found)].sort();
};

test('the table has every type of event', () => {
  const types = sources('../../../server/src/events/', /\btype: '([a-z-]+\.[a-z]+)'/g);
  expect(Object.keys(table).sort()).toEqual(types);
});

test('the table has every query of the pages', () => {
  const keys = sources('../', /queryKey: \[instanceId, '([a-z-]+)'/g);
  const inTable = Object.values(table).flatMap((queries) => queries.split(' '));
  const known = new Set([...inTable.filter((key) => key !== 'me'), ...Object.keys(notLive)]);
  expect([...known].sort()).toEqual(keys);
});

test.each(Object.entries(table))('%s refreshes %s', (type, expected) => {
  const { queries, me, tags, conversationId, customerId, userId } = changedBy(event(type, ids));
  const rows = conversationId ?? customerId ?? userId;
  const changed = [
    ...queries.map(([key]) => key!),
    ...(me ? ['me'] : []),
    ...(rows ? ['conversation-list', 'view-counts'] : tags ? ['conversation-list'] : []),
  ];
  expect([...new Set(changed)].sort().join(' ')).toBe(expected);
});

test('an event about one conversation refreshes that one only', () => {
  expect(changedBy(event('message.stored', ids)).queries).toContainEqual(['conversation', 'c']);
  expect(changedBy(event('draft.changed')).queries).toEqual([['drafts']]);
  expect(changedBy(event('draft.changed', ids)).queries).toContainEqual(['typing-users', 'c']);
  expect(changedBy(event('connection.changed', ids)).queries).toEqual([['connection', 'n']]);
  expect(changedBy(event('a type of a later version')).queries).toEqual([]);
});

test('list rows change with their conversation or customer only', () => {
  expect(changedBy(event('message.redacted', { conversationId: 'c' })).conversationId).toBe('c');
  expect(changedBy(event('delivery.changed', { conversationId: 'c' })).conversationId).toBeUndefined();
  expect(changedBy(event('customer.changed', { customerId: 'k' })).customerId).toBe('k');
});

test('the loaded conversations of a customer, or of a user, are found once, in all lists', () => {
  const client = new QueryClient();
  const row = (id: string, customerId: string) => ({
    id,
    customer: { id: customerId },
    assignee: id === 'b' ? { id: 'u' } : null,
    lastAuthor: null,
  });
  const show = (view: 'open' | 'mine', conversations: object[]) =>
    client.setQueryData(conversationList('i', { view }).queryKey, {
      pages: [{ conversations, next: null }],
      pageParams: [undefined],
    } as never);
  show('open', [row('a', 'k'), row('b', 'other'), row('c', 'k')]);
  show('mine', [row('a', 'k')]);
  expect(conversationsOf(client, 'i', { customerId: 'k' })).toEqual(['a', 'c']);
  expect(conversationsOf(client, 'i', { userId: 'u' })).toEqual(['b']);
});
