import type { LiveEvent } from './live-events.ts';

/** The key of a query, or of a group of queries, after the id of the instance. */
type KeyPath = string[];

/** The queries whose data an event may have changed, by the type of the event. */
const queriesByType: Record<string, (event: LiveEvent) => KeyPath[]> = {
  'conversation.changed': conversationQuery,
  'message.stored': (event) => [
    ...conversationQuery(event),
    ['customer'],
    ['customer-list'],
    ['invitations'],
  ],
  'message.redacted': (event) => [...conversationQuery(event), ['invitations']],
  'delivery.changed': (event) => [...conversationQuery(event), ['bulk'], ['invitations']],
  'draft.changed': ({ conversationId }) => [
    ['drafts'],
    ...(conversationId ? [['typing-users', conversationId]] : []),
  ],
  'presence.changed': ({ conversationId }) => (conversationId ? [['presence', conversationId]] : []),
  'filter.changed': () => [['filters'], ['view-counts']],
  // A conversation shows the name of its customer.
  'customer.changed': () => [['customer'], ['customer-list'], ['conversation']],
  'saved-reply.changed': () => [['saved-replies']],
  // The timeline of a conversation shows whether its mailbox is connected.
  'mailbox.changed': () => [['mailboxes'], ['view-counts'], ['conversation'], ['invitations']],
  'bulk.changed': () => [['bulk']],
  'template.changed': () => [['templates']],
  'connection.changed': ({ connectionId }) => (connectionId ? [['connection', connectionId]] : []),
  'notification.changed': () => [['notifications']],
  'people.changed': () => [['people'], ['members']],
};

/** Events that may change the user's own data: the organizations, and the roles in them. */
const typesOfMe = new Set(['people.changed', 'instance.changed']);

/** Events that change a conversation's row in the lists. */
const typesOfRows = new Set(['conversation.changed', 'message.stored', 'message.redacted']);

/** What an event may have changed: queries of the instance, the user's own data, and rows of the lists. */
export function changedBy(event: LiveEvent): {
  queries: KeyPath[];
  me: boolean;
  /** The conversation whose row changed. */
  conversationId: string | undefined;
  /** The customer whose conversations' rows changed. */
  customerId: string | undefined;
  /** The tags in all rows. */
  tags: boolean;
} {
  const { type, conversationId, customerId } = event;
  return {
    queries: queriesByType[type]?.(event) ?? [],
    me: typesOfMe.has(type),
    conversationId: typesOfRows.has(type) ? conversationId : undefined,
    customerId: type === 'customer.changed' ? customerId : undefined,
    tags: type === 'tag.changed',
  };
}

function conversationQuery({ conversationId }: LiveEvent): KeyPath[] {
  return conversationId ? [['conversation', conversationId]] : [];
}
