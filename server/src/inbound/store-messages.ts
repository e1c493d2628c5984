import { recordSent } from '../conversations/record-sent.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { emptyChanges } from './changes.ts';
import { decide } from './decide.ts';
import { loadContext } from './load-context.ts';
import { lockThreads } from './lock-threads.ts';
import type { MessageToStore, StoreOutcome } from './message-to-store.ts';
import { notifyNewMessages } from './notify-new-message.ts';
import { redactCardNumbers } from './redact-card-numbers.ts';
import { writeChanges } from './write-changes.ts';

/**
 * Stores messages of one mailbox in the order given, in the caller's transaction, each exactly once:
 * their keys (mailbox, Gmail id) are taken first, and whoever has one taken decides.
 */
export async function storeMessages(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<StoreOutcome[]> {
  const claimedIds = await claimMessageKeys(tx, mailboxId, messages);
  // Before anything else, and all at once: whoever stores what belongs together waits here.
  await lockThreads(
    tx,
    mailboxId,
    messages.filter(({ fetched }) => claimedIds.has(fetched.gmailId)),
  );
  const outcomes = new Map<MessageToStore, StoreOutcome>();
  const arrived: MessageToStore[] = [];
  for (const message of messages) {
    if (!claimedIds.has(message.fetched.gmailId)) outcomes.set(message, { kind: 'already-stored' });
    else if (message.parsed.isTemplateTest && message.fetched.labels.includes('SENT')) {
      outcomes.set(message, { kind: 'test' });
    } else {
      const sentMessageId = await recordIfSentCopy(tx, mailboxId, message);
      if (await isAccountMail(tx, message)) outcomes.set(message, { kind: 'already-stored' });
      else if (sentMessageId) outcomes.set(message, { kind: 'sent-copy', messageId: sentMessageId });
      else arrived.push(message);
    }
  }
  if (arrived.length > 0) {
    const context = await loadContext(tx, mailboxId, arrived);
    const changes = emptyChanges();
    for (const message of arrived) {
      const messageToWrite = context.settings.redactCards ? await redactCardNumbers(message) : message;
      outcomes.set(message, decide(messageToWrite, context, changes));
    }
    await writeChanges(tx, mailboxId, changes);
    await notifyNewMessages(tx, changes, context, new Date());
  }
  return messages.map((message) => outcomes.get(message)!);
}

/** The Gmail ids nobody has stored before. */
async function claimMessageKeys(
  { instanceId, sql }: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<Set<string>> {
  const keys = messages.map(({ fetched: { gmailId, gmailThreadId, internalDate } }) => ({
    instanceId,
    mailboxId,
    gmailId,
    gmailThreadId,
    internalDate,
    messageId: null,
  }));
  const claimed = await sql
    .insertInto('gmailMessage')
    .values(keys)
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doNothing())
    .returning('gmailId')
    .execute();
  return new Set(claimed.map(({ gmailId }) => gmailId));
}

/** The message of ours this is the Sent copy of; null for all other mail. */
async function recordIfSentCopy(
  tx: InstanceTransaction,
  mailboxId: string,
  { fetched, parsed: reading }: MessageToStore,
): Promise<string | null> {
  const { deliveryId } = reading;
  if (!deliveryId || !fetched.labels.includes('SENT')) return null;
  const { gmailId, gmailThreadId, internalDate } = fetched;
  const { rfcMessageId } = reading.threadingHeaders;
  const copy = { mailboxId, gmailId, gmailThreadId, internalDate, rfcMessageId, from: reading.from };
  return (await recordSent(tx, deliveryId, copy)) ? deliveryId : null;
}

/** Whether it is an invitation, a password link or a notice of ours: it is for nobody's eyes here. */
async function isAccountMail(
  tx: InstanceTransaction,
  { parsed: { accountMailId } }: MessageToStore,
): Promise<boolean> {
  if (!accountMailId) return false;
  const accountMail = await tx.sql
    .selectFrom('accountMail')
    .where('id', '=', accountMailId)
    .select('id')
    .executeTakeFirst();
  return accountMail !== undefined;
}
