/** What happened, as live pages, webhooks and jobs hear it: ids only, never content. */
export type Event =
  | { type: 'conversation.changed'; data: { conversationId: string } }
  | {
      type: 'message.stored';
      data: { conversationId: string; messageId: string; direction: 'inbound' | 'outbound' | 'note' };
    }
  /** Something was taken out of it, or all of it. */
  | { type: 'message.redacted'; data: { conversationId: string; messageId: string } }
  | { type: 'delivery.changed'; data: { conversationId: string; messageId: string } }
  /** Somebody writes, or has stopped; of a new message no conversation is known yet. */
  | { type: 'draft.changed'; data: { draftId: string; userId: string; conversationId?: string } }
  /** Somebody looks at a conversation, or has stopped. */
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
  /** A person's role or access, an invitation, or the instance itself. */
  | { type: 'people.changed'; data: { userId?: string } }
  | { type: 'instance.changed'; data: Record<string, never> };

/** An event with its number in its instance: 1, 2, 3 … without a gap. */
export type NumberedEvent = Event & { seq: number };
