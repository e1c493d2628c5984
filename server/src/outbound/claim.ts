import type { InstanceTransaction } from '../database/bind.ts';
import { record } from '../events/record.ts';
import { heldBecauseDisconnected } from './hold.ts';

/**
 * Gmail may still be at work on a send whose answer was lost: it is looked for only after this long,
 * in milliseconds.
 */
export const settlesAfter = 10_000;

/** Released by itself when the address is connected again (hold.ts); what asks first holds back nothing. */
const heldForItsAddress = heldBecauseDisconnected('').code;

export type Claim = {
  mailboxId: string;
  conversationId: string;
  attempts: number;
  /** When the message was written: its Sent copy is no older. */
  writtenAt: Date;
  /** An earlier attempt may have sent it: look in Sent before sending. */
  mayBeSent: boolean;
  /** What its From hangs on (mailboxes/send-as.ts). */
  dynamicAliasName: boolean;
  sendAsReadAt: Date | null;
};

/**
 * The first unfinished message of a conversation whose time has come, if it is due: they leave in the
 * order of their times. One that is still held for its address holds back what that address sends after
 * it, and an address at Google's sending limit sends nothing.
 */
export async function nextInConversation(
  tx: InstanceTransaction,
  conversationId: string,
  now: Date,
): Promise<string | null> {
  const next = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .where('message.conversationId', '=', conversationId)
    .where('delivery.state', 'in', ['queued', 'sending'])
    .where('delivery.sendAfter', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('delivery as held')
            .innerJoin('message as earlier', (join) =>
              join
                .onRef('earlier.instanceId', '=', 'held.instanceId')
                .onRef('earlier.id', '=', 'held.messageId'),
            )
            .where('earlier.conversationId', '=', conversationId)
            .whereRef('held.mailboxId', '=', 'delivery.mailboxId')
            .where(({ eb, refTuple }) =>
              eb(
                refTuple('held.sendAfter', 'held.createdAt'),
                '<',
                refTuple('delivery.sendAfter', 'delivery.createdAt') as never,
              ),
            )
            .where('held.state', '=', 'held')
            .where('held.code', '=', heldForItsAddress)
            .select('held.messageId'),
        ),
      ),
    )
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    .select([
      'delivery.messageId',
      'delivery.nextAttemptAt',
      'delivery.uncertainSince',
      'mailbox.sendingLimitedUntil',
    ])
    .orderBy('delivery.sendAfter')
    .orderBy('delivery.createdAt')
    .orderBy('delivery.messageId')
    .limit(1)
    .executeTakeFirst();
  if (!next) return null;
  const settled =
    (next.uncertainSince?.getTime() ?? Number.NEGATIVE_INFINITY) + settlesAfter <= now.getTime();
  const past = (at: Date | null) => !at || at <= now;
  const due = past(next.nextAttemptAt) && past(next.sendingLimitedUntil);
  return due && settled ? next.messageId : null;
}

/** Writes down that Gmail is about to be asked, before it is asked; null where nothing is to be sent. */
export async function claim(tx: InstanceTransaction, messageId: string, now: Date): Promise<Claim | null> {
  const delivery = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .innerJoin('mailbox', (join) =>
      join
        .onRef('mailbox.instanceId', '=', 'delivery.instanceId')
        .onRef('mailbox.id', '=', 'delivery.mailboxId'),
    )
    .where('delivery.messageId', '=', messageId)
    .where('delivery.state', 'in', ['queued', 'sending'])
    // Looked at again with the row locked: it may have been undone or put off in between.
    .where('delivery.sendAfter', '<=', now)
    .select([
      'delivery.mailboxId',
      'delivery.attempts',
      'delivery.uncertainSince',
      'delivery.createdAt',
      'message.conversationId',
      'mailbox.dynamicAliasName',
      'mailbox.sendAsReadAt',
    ])
    .forUpdate('delivery')
    .executeTakeFirst();
  if (!delivery) return null;
  const attempts = delivery.attempts + 1;
  await tx.sql
    .updateTable('delivery')
    .set({ state: 'sending', attempts, uncertainSince: now, nextAttemptAt: null, changedAt: now })
    .where('messageId', '=', messageId)
    .execute();
  const { mailboxId, conversationId, dynamicAliasName, sendAsReadAt } = delivery;
  record(tx, { type: 'delivery.changed', data: { conversationId, messageId } });
  return {
    mailboxId,
    conversationId,
    attempts,
    writtenAt: delivery.createdAt,
    mayBeSent: delivery.uncertainSince !== null,
    dynamicAliasName,
    sendAsReadAt,
  };
}
