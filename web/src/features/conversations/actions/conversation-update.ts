/** What is changed of a conversation, or of many. */
export type ConversationUpdate = {
  status?: 'open' | 'snoozed' | 'done';
  /** With `done`: also moves it to spam in Gmail. */
  spam?: true;
  assigneeId?: string | null;
  snoozedUntil?: string | null;
  addTags?: string[];
  removeTags?: string[];
};
