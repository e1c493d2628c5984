/** Names a mailbox, and the instance in whose transactions it is read. */
export type MailboxRef = { instanceId: string; mailboxId: string };
