/** What happened, for live pages and jobs: ids only, never content. */
export type Event =
  | { type: 'conversation.changed'; data: { conversationId: string } }
  | {
      type: 'message.stored';
      data: { conversationId: string; messageId: string; direction: 'inbound' | 'outbound' | 'note' };
    }
  /** A passage, an attachment or all of its content was redacted. */
  | { type: 'message.redacted'; data: { conversationId: string; messageId: string } }
  | { type: 'delivery.changed'; data: { conversationId: string; messageId: string } }
  /** A draft was saved, sent or deleted; the draft of a new message has no conversation. */
  | { type: 'draft.changed'; data: { draftId: string; userId: string; conversationId?: string } }
  /** A user opened a conversation, or left it. */
  | { type: 'presence.changed'; data: { conversationId: string } }
  | { type: 'tag.changed'; data: { tagId: string } }
  | { type: 'filter.changed'; data: { filterId: string } }
  | { type: 'customer.changed'; data: { customerId: string } }
  | { type: 'saved-reply.changed'; data: { savedReplyId: string } }
  | { type: 'mailbox.changed'; data: { mailboxId: string } }
  | { type: 'bulk.changed'; data: { bulkId: string } }
  | { type: 'template.changed'; data: { templateId: string } }
  | { type: 'connection.changed'; data: { connectionId: string } }
  | { type: 'notification.changed'; data: { userId: string } }
  /** A user's role or access, an invitation or an API key changed. */
  | { type: 'people.changed'; data: { userId?: string } }
  | { type: 'webhook.changed'; data: { webhookId: string } }
  /** Its name, a setting that admins change, or one of the addresses named as its own. */
  | { type: 'instance.changed'; data: Record<string, never> };

/** An event with its number in its instance: 1, 2, 3 … without gaps. */
export type NumberedEvent = Event & { seq: number };
