import type { LiveEvent } from './live-events.ts';

/** The key of a query, or of a group of queries, after the id of the instance. */
type KeyPath = string[];

/**
 * The queries whose data an event may have changed, by the type of the event. The test beside this file holds it
 * against every type of event and every query of the pages.
 */
const queriesByType: Record<string, (event: LiveEvent) => KeyPath[]> = {
  // The page of a customer lists their conversations; that of the tags counts them.
  'conversation.changed': (event) => [...conversationQuery(event), ['customer'], ['tags']],
  // The list of addresses shows the time of the last message.
  'message.stored': (event) => [
    ...conversationQuery(event),
    ['customer'],
    ['customer-list'],
    ['mailboxes'],
    ['invitations'],
  ],
  // What shows the content of messages, and drafts that forward them.
  'message.redacted': (event) => [
    ...conversationQuery(event),
    ['customer'],
    ['source'],
    ['attached-message'],
    ['attachment-text'],
    ['passage-occurrences'],
    ['drafts'],
    ['invitations'],
  ],
  'delivery.changed': (event) => [...conversationQuery(event), ['customer'], ['bulk'], ['invitations']],
  'draft.changed': ({ conversationId }) => [
    ['drafts'],
    ...(conversationId ? [['typing-users', conversationId]] : []),
  ],
  'presence.changed': ({ conversationId }) => (conversationId ? [['presence', conversationId]] : []),
  // A conversation shows its tags; the rows of the lists are refreshed by refreshTags.
  'tag.changed': () => [['tags'], ['conversation']],
  'filter.changed': () => [['filters'], ['view-counts']],
  // A conversation shows the name of its customer, and so do the suggested recipients.
  'customer.changed': () => [['customer'], ['customer-list'], ['customers'], ['conversation']],
  'saved-reply.changed': () => [['saved-replies']],
  // The timeline of a conversation shows whether its mailbox is connected; bulk messages what it may still send.
  'mailbox.changed': () => [
    ['mailboxes'],
    ['mailbox-preview'],
    ['view-counts'],
    ['conversation'],
    ['own-addresses'],
    ['bulk'],
    ['invitations'],
  ],
  'bulk.changed': () => [['bulk']],
  'template.changed': () => [['templates'], ['mailboxes'], ['mailbox-preview'], ['bulk']],
  'connection.changed': ({ connectionId }) => (connectionId ? [['connection', connectionId]] : []),
  'notification.changed': () => [['notifications']],
  // Names of people are in messages and events.
  'people.changed': () => [
    ['people'],
    ['members'],
    ['conversation'],
    ['customer'],
    ['presence'],
    ['typing-users'],
    ['api-keys'],
  ],
  'webhook.changed': () => [['webhooks'], ['webhook-deliveries']],
  'instance.changed': () => [
    ['receiving'],
    ['content-settings'],
    ['own-addresses'],
    ['retention'],
    ['sign-in'],
  ],
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
  /** The user in whose conversations' rows the name may have changed. */
  userId: string | undefined;
  /** The tags in all rows. */
  tags: boolean;
} {
  const { type, conversationId, customerId, userId } = event;
  return {
    queries: queriesByType[type]?.(event) ?? [],
    me: typesOfMe.has(type),
    conversationId: typesOfRows.has(type) ? conversationId : undefined,
    customerId: type === 'customer.changed' ? customerId : undefined,
    userId: type === 'people.changed' ? userId : undefined,
    tags: type === 'tag.changed',
  };
}

function conversationQuery({ conversationId }: LiveEvent): KeyPath[] {
  return conversationId ? [['conversation', conversationId]] : [];
}
