import { recordSent } from '../conversations/sent.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { decide, emptyPlan } from './decide.ts';
import type { FetchedMessage } from './fetched.ts';
import { learn } from './known.ts';
import type { Reading } from './read.ts';
import { lockThreads } from './thread.ts';
import { write } from './write.ts';

/** A message as it is stored; `zstd` its raw bytes, compressed. */
export type MessageToStore = { fetched: FetchedMessage; reading: Reading; zstd: Buffer };

export type StoreOutcome =
  | { kind: 'stored'; messageId: string; conversationId: string }
  /** Read before, or deleted here since: either way it stays as it is (R3). */
  | { kind: 'known' }
  /** The Sent copy of a message written here. */
  | { kind: 'sent-copy'; messageId: string }
  /** The copy another connected mailbox received of a message already in the timeline. */
  | { kind: 'other-copy'; messageId: string };

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
  const outcomes = new Map<MessageToStore, StoreOutcome>();
  const arrived: MessageToStore[] = [];
  for (const message of messages) {
    if (!mine.has(message.fetched.gmailId)) outcomes.set(message, { kind: 'known' });
    else {
      const sent = await sentHere(tx, mailboxId, message);
      if (sent) outcomes.set(message, { kind: 'sent-copy', messageId: sent });
      else arrived.push(message);
    }
  }
  if (arrived.length > 0) {
    const locks = arrived.map(({ fetched, reading }) => ({
      clues: { mailboxId, gmailThreadId: fetched.gmailThreadId, ...reading.clues },
      people: [reading.writer.address, reading.addressee.address],
    }));
    await lockThreads(tx, locks);
    const known = await learn(tx, mailboxId, arrived);
    const plan = emptyPlan();
    for (const message of arrived) outcomes.set(message, decide(message, known, plan));
    await write(tx, mailboxId, plan);
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
  { fetched, reading }: MessageToStore,
): Promise<string | null> {
  const { deliveryId } = reading;
  if (!deliveryId || !fetched.labels.includes('SENT')) return null;
  const { gmailId, gmailThreadId, internalDate } = fetched;
  const { rfcMessageId } = reading.clues;
  const copy = { mailboxId, gmailId, gmailThreadId, internalDate, rfcMessageId, from: reading.from };
  return (await recordSent(tx, deliveryId, copy)) ? deliveryId : null;
}
