/** One message as Gmail holds it, fetched whole (users.messages.get, format raw). */
export type FetchedMessage = {
  gmailId: string;
  gmailThreadId: string;
  labels: string[];
  /** When Gmail accepted it: orders the timeline, where the Date header may say anything. */
  internalDate: Date;
  raw: Buffer;
};

/** Drafts stay in Gmail, and spam and trash are managed there (R2). */
export function isExcluded(labels: string[]): boolean {
  return labels.some((label) => label === 'DRAFT' || label === 'SPAM' || label === 'TRASH');
}
