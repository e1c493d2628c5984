import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { joinOpenedApart } from '../../conversations/join-opened-apart.ts';
import { joinParents, type Parent } from '../../conversations/join-parent.ts';
import { type Named, recognizeNamed } from '../../conversations/recognize-named.ts';
import { recordSent } from '../../conversations/record-sent.ts';
import { findDeletedMail, type MailOfSomebody } from '../../customers/deleted-mail-keys.ts';
import { insertRows } from '../../database/insert-rows.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { runTogether, type Statement } from '../../database/prepared-statements.ts';
import type { OwnAddresses } from '../../mailboxes/own-addresses.ts';
import { notifyReceivedMessages } from '../../notifications/notify.ts';
import { type Changes, mergeChanges } from '../decide/changes.ts';
import { applyChanges, type Context, recipientsOf } from '../decide/context.ts';
import { decide } from '../decide/decide.ts';
import { identifySender } from '../decide/identify-sender.ts';
import { loadInstanceContext } from '../load/instance-context.ts';
import {
  type CountedAddress,
  checkLimits,
  countedInBatch,
  locksNearLimits,
  requireLocks,
} from '../load/limit-conflicts.ts';
import { loadContext } from '../load/load-context.ts';
import { threadLocks } from '../load/lock-threads.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import { redactCardNumbers } from '../parse/redact-card-numbers.ts';
import { requireImport } from './import-stopped.ts';
import { noteInInbox } from './note-in-inbox.ts';
import { holdSendsAtLimit } from './own-sending-limit.ts';
import { unsubscribeByMail } from './unsubscribe-by-mail.ts';
import { writeChanges } from './write-changes.ts';

/** What became of a message that was to be stored. */
export type StoreOutcome =
  | { kind: 'stored'; messageId: string; conversationId: string }
  /** Stored before, or deleted here since: it stays as it is (R3). */
  | { kind: 'already-stored' }
  /** The Sent copy of a message written here. */
  | { kind: 'sent-copy'; messageId: string }
  /** A template's test, sent by an admin to themselves: only its key is kept. */
  | { kind: 'test' }
  /** The mailbox was deleted after it was fetched: nothing is stored any more (C10). */
  | { kind: 'mailbox-deleted' }
  /** Older mail of a customer who was deleted (M3). */
  | { kind: 'customer-deleted' }
  /** Another connected mailbox received the same message before. */
  | { kind: 'other-copy'; messageId: string };

/**
 * Stores messages of one mailbox in the order given, in the caller's transaction. Each is stored exactly
 * once: its key (mailbox, Gmail id) is inserted first, and only the transaction that inserted it goes on.
 * `importId`: they are older mail that an import brings in (G1); it is done, and nobody is notified. Throws
 * ImportStopped if that import was paused, cancelled or removed.
 */
export async function storeMessages(
  tx: InstanceTransaction,
  mailboxId: string,
  fetched: MessageToStore[],
  importId: string | null = null,
): Promise<StoreOutcome[]> {
  const instance = await loadInstanceContext(tx, mailboxId);
  if (!instance) return fetched.map(() => ({ kind: 'mailbox-deleted' }));
  if (importId) await requireImport(tx, importId);
  const { own } = instance;
  const messages = fetched.map((message) => identifySender(message, own));
  const deletedIds = importId
    ? await findDeletedMail(
        tx,
        messages.map((message) => toMailOfSomebody(message, own)),
      )
    : new Set();
  const wanted = messages.filter(({ fetched }) => !deletedIds.has(fetched.gmailId));
  const addresses = importId ? [] : countedInBatch(wanted, instance.settings);
  const { claimedIds, locked } = await claimMessages(tx, mailboxId, wanted, { importId, addresses });
  const outcomes = new Map<MessageToStore, StoreOutcome>();
  const arrived: MessageToStore[] = [];
  for (const message of messages) {
    if (deletedIds.has(message.fetched.gmailId)) outcomes.set(message, { kind: 'customer-deleted' });
    else if (!claimedIds.has(message.fetched.gmailId)) outcomes.set(message, { kind: 'already-stored' });
    else if (message.parsed.isTemplateTest && message.fetched.labels.includes('SENT')) {
      outcomes.set(message, { kind: 'test' });
    } else {
      const sentMessageId = await recordIfSentCopy(tx, mailboxId, message);
      if (await isAccountMail(tx, message, own)) outcomes.set(message, { kind: 'already-stored' });
      else if (sentMessageId) outcomes.set(message, { kind: 'sent-copy', messageId: sentMessageId });
      else arrived.push(message);
    }
  }
  if (arrived.length > 0) {
    const importing = importId !== null;
    const loaded = await loadContext(tx, mailboxId, arrived, instance, { importing, addresses });
    let { context } = loaded;
    const decided: Changes[] = [];
    // After the context was loaded: if they are deleted meanwhile, it lacks their mail only where this finds the keys.
    const ofDeleted = context.hasDeletedCustomers
      ? await findDeletedMail(tx, arrived.map(toCopy))
      : new Set();
    for (const message of arrived) {
      if (ofDeleted.has(message.fetched.gmailId)) {
        outcomes.set(message, { kind: 'customer-deleted' });
        continue;
      }
      const messageToWrite = context.settings.redactCards ? await redactCardNumbers(message) : message;
      const ids = {
        message: (await lostIdOf(tx, message, context)) ?? uuid(),
        conversation: uuid(),
        customer: uuid(),
      };
      const changes = decide(context, messageToWrite, ids);
      context = applyChanges(context, changes);
      decided.push(changes);
      outcomes.set(message, outcomeOf(changes));
    }
    const changes = mergeChanges(decided);
    await requireLocks(
      tx,
      [...changes.conversations.values()].flatMap(({ created, quietFor }) => (created && quietFor) ?? []),
      locked,
    );
    await writeChanges(tx, mailboxId, changes, importId);
    await recognizeNamed(tx, namedIn(changes, own));
    if (!importId) {
      const arrivals = [...changes.messages, ...changes.arrivedCopies];
      // Before conversations join others and are no more.
      if (instance.twoWay) await noteInInbox(tx, mailboxId, arrivals);
      await react(tx, mailboxId, { ...changes, messages: arrivals }, context);
      const ownIds = changes.messages.map(({ id }) => id);
      if (ownIds.length > 0) checkLimits(tx, loaded.counts, ownIds);
    }
  }
  return messages.map((message) => outcomes.get(message)!);
}

/** What messages that arrive cause besides being stored. */
async function react(
  tx: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
  context: Context,
): Promise<void> {
  const now = new Date();
  await holdSendsAtLimit(tx, mailboxId, changes, now);
  const unsubscribing = await unsubscribeByMail(tx, changes, now);
  await notifyNewMessages(tx, changes, context, { except: unsubscribing, now });
  await joinParents(tx, parentsIn(changes));
  await joinOpenedApart(tx, changes.openedApart);
}

/** What tells another copy of a deleted message; a message that nobody has seen is stored whoever wrote it. */
function toCopy({ fetched: { gmailId, internalDate }, parsed }: MessageToStore): MailOfSomebody {
  const { rfcMessageId } = parsed.threadingHeaders;
  return { gmailId, acceptedAt: internalDate, people: [], rfcMessageId };
}

/** Whose mail it is: theirs who wrote it, or to whom one of us wrote. */
function toMailOfSomebody({ fetched, parsed }: MessageToStore, own: OwnAddresses): MailOfSomebody {
  const { gmailId, labels, internalDate: acceptedAt } = fetched;
  const { writer, addressee, from, threadingHeaders } = parsed;
  const byUs = labels.includes('SENT') || own.has(from.address);
  const people = byUs ? [writer.address, addressee.address] : [writer.address];
  return { gmailId, acceptedAt, people, rfcMessageId: threadingHeaders.rfcMessageId };
}

/** Whom those who take part name besides themselves and us. What automatic mail and new participants name does not count. */
function namedIn({ messages }: Changes, own: OwnAddresses): Named[] {
  return messages
    .filter(({ fromNewParticipant, message }) => !fromNewParticipant && !message.parsed.automatic)
    .map(({ conversationId, message }) => ({
      conversationId,
      sentAt: message.fetched.internalDate,
      addresses: recipientsOf(message).filter(
        (address) => address !== message.parsed.writer.address && !own.has(address),
      ),
    }));
}

function parentsIn({ messages }: Changes): Parent[] {
  return messages.flatMap(({ conversationId, message: { fetched, parsed } }) => {
    const { rfcMessageId } = parsed.threadingHeaders;
    return rfcMessageId ? [{ rfcMessageId, conversationId, sentAt: fetched.internalDate }] : [];
  });
}

/**
 * The id that a message in Sent had in a database that is lost. It keeps it, so that a bulk message, which
 * writes it again, finds it (S8). A draft that has the id is not yet sent here: its author decides.
 */
async function lostIdOf(
  tx: InstanceTransaction,
  { fetched, parsed: { deliveryId } }: MessageToStore,
  { messages }: Context,
): Promise<string | null> {
  if (!deliveryId || !fetched.labels.includes('SENT')) return null;
  if (messages.some(({ id }) => id === deliveryId)) return null;
  const draft = await tx.sql.selectFrom('draft').where('id', '=', deliveryId).select('id').executeTakeFirst();
  return draft ? null : deliveryId;
}

/** What became of the one message that these changes are about. */
function outcomeOf({ messages: [stored], gmailCopies }: Changes): StoreOutcome {
  return stored
    ? { kind: 'stored', messageId: stored.id, conversationId: stored.conversationId }
    : { kind: 'other-copy', messageId: gmailCopies[0]!.messageId };
}

/**
 * Inserts the keys of messages that are not stored yet, and returns their Gmail ids. Then, before anything else and all
 * at once, it waits for transactions that store related messages, and for those of writers near a limit (`locked`).
 */
async function claimMessages(
  tx: InstanceTransaction,
  mailboxId: string,
  messages: MessageToStore[],
  { importId, addresses }: { importId: string | null; addresses: CountedAddress[] },
): Promise<{ claimedIds: Set<string>; locked: Set<string> }> {
  if (messages.length === 0) return { claimedIds: new Set(), locked: new Set() };
  const { instanceId } = tx;
  const keys = messages.map(({ fetched: { gmailId, gmailThreadId, internalDate } }) => ({
    instanceId,
    mailboxId,
    gmailId,
    gmailThreadId,
    internalDate,
    importId,
  }));
  const [claimed, locks] = await runTogether(tx, [
    insertKeys(keys) as Statement<{ gmailId: string }>,
    locksNearLimits(instanceId, threadLocks(instanceId, mailboxId, messages), addresses),
  ]);
  return {
    claimedIds: new Set(claimed.map(({ gmailId }) => gmailId)),
    locked: new Set(locks.flatMap(({ address }) => address ?? [])),
  };
}

const insertKeys = insertRows(
  'gmailMessage',
  ['instanceId', 'mailboxId', 'gmailId', 'gmailThreadId', 'internalDate', 'importId'],
  sql`on conflict (instance_id, mailbox_id, gmail_id) do nothing returning gmail_id`,
);

/** The id of the message of ours that this is the Sent copy of; null for all other mail. */
async function recordIfSentCopy(
  tx: InstanceTransaction,
  mailboxId: string,
  { fetched, parsed }: MessageToStore,
): Promise<string | null> {
  const { deliveryId } = parsed;
  if (!deliveryId || !fetched.labels.includes('SENT')) return null;
  const { gmailId, gmailThreadId, internalDate } = fetched;
  const { threadingHeaders, from } = parsed;
  const copy = { mailboxId, gmailId, gmailThreadId, internalDate, ...threadingHeaders, from };
  return (await recordSent(tx, deliveryId, copy)) ? deliveryId : null;
}

/**
 * Whether it is an invitation, a password link or a notification that we sent: those are never shown. Whoever
 * received one knows its id, so only mail from us counts.
 */
async function isAccountMail(
  tx: InstanceTransaction,
  { parsed: { accountMailId, from, sender } }: MessageToStore,
  own: OwnAddresses,
): Promise<boolean> {
  if (!accountMailId || !own.has(from.address) || sender.verification === 'failed') return false;
  const accountMail = await tx.sql
    .selectFrom('accountMail')
    .where('id', '=', accountMailId)
    .select('id')
    .executeTakeFirst();
  return accountMail !== undefined;
}

/** Older mail (ms), received late or by a full sync, causes no notification. */
const maxAgeMs = 24 * 3_600_000;

/**
 * Notifies users of what people wrote, in the transaction that stores it; not of automatic mail, nor of
 * quiet conversations. Mail of a list counts, because customers write through Google Groups as well.
 */
async function notifyNewMessages(
  tx: InstanceTransaction,
  changes: Changes,
  context: Context,
  { except, now }: { except: ReadonlySet<string>; now: Date },
): Promise<void> {
  const arrivals = changes.messages.flatMap(
    ({ id: messageId, conversationId, direction, isReport, message }) => {
      const { parsed, fetched } = message;
      if (direction !== 'inbound' || isReport || parsed.automatic || except.has(messageId)) return [];
      if (parsed.kind !== 'ordinary' && parsed.kind !== 'list') return [];
      if (fetched.internalDate.getTime() < now.getTime() - maxAgeMs) return [];
      const conversation = context.conversations.get(conversationId);
      if (!conversation || conversation.quietFor !== null) return [];
      // Nobody was notified of the conversation that an import made of it.
      const isNew =
        changes.conversations.get(conversationId)?.created != null ||
        changes.arrivedCopies.some(({ id }) => id === messageId);
      return [{ conversationId, messageId, assigneeId: conversation.assigneeId, isNew }];
    },
  );
  await notifyReceivedMessages(tx, arrivals, { wanted: context.notifyUnassigned, now });
}
