import { recordSent } from '../conversations/sent.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { emptyChanges } from './changes.ts';
import { decide } from './decide.ts';
import { loadContext } from './load-context.ts';
import { lockThreads } from './lock-threads.ts';
import type { MessageToStore, StoreOutcome } from './message-to-store.ts';
import { tellOf } from './notify-new-message.ts';
import { withoutCards } from './redact-card-numbers.ts';
import { write } from './write-changes.ts';

/**
 * Stores messages of one mailbox in the order given, in the caller's transaction, each exactly once:
 * their keys (mailbox, Gmail id) are taken first, and whoever has one taken decides.
 */
export async function storeMessages(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
): Promise<StoreOutcome[]> {
  const mine = await takeKeys(tx, mailboxId, messages);
  // Before anything else, and all at once: whoever stores what belongs together waits here.
  await lockThreads(
    tx,
    mailboxId,
    messages.filter(({ fetched }) => mine.has(fetched.gmailId)),
  );
  const outcomes = new Map<MessageToStore, StoreOutcome>();
  const arrived: MessageToStore[] = [];
  for (const message of messages) {
    if (!mine.has(message.fetched.gmailId)) outcomes.set(message, { kind: 'known' });
    else if (message.parsed.isTemplateTest && message.fetched.labels.includes('SENT')) {
      outcomes.set(message, { kind: 'test' });
    } else {
      const sent = await sentHere(tx, mailboxId, message);
      if (await isAccountMail(tx, message)) outcomes.set(message, { kind: 'known' });
      else if (sent) outcomes.set(message, { kind: 'sent-copy', messageId: sent });
      else arrived.push(message);
    }
  }
  if (arrived.length > 0) {
    const known = await loadContext(tx, mailboxId, arrived);
    const plan = emptyChanges();
    for (const message of arrived) {
      const kept = known.settings.redactCards ? await withoutCards(message) : message;
      outcomes.set(message, decide(kept, known, plan));
    }
    await write(tx, mailboxId, plan);
    await tellOf(tx, plan, known, new Date());
  }
  return messages.map((message) => outcomes.get(message)!);
}

/** The Gmail ids nobody has stored before. */
async function takeKeys(
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
  const taken = await sql
    .insertInto('gmailMessage')
    .values(keys)
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId', 'gmailId']).doNothing())
    .returning('gmailId')
    .execute();
  return new Set(taken.map(({ gmailId }) => gmailId));
}

/** The message of ours this is the Sent copy of; null for all other mail. */
async function sentHere(
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
  const ours = await tx.sql
    .selectFrom('accountMail')
    .where('id', '=', accountMailId)
    .select('id')
    .executeTakeFirst();
  return ours !== undefined;
}
