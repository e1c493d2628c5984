import { sql } from 'kysely';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';
import type { Queue } from '../../queue/queue.ts';

type NewDelivery = {
  messageId: string;
  mailboxId: string;
  /** The send-as address it is sent from; default: the mailbox's own. */
  alias?: string | null;
  conversationId: string;
  /** It is not sent earlier. */
  sendAfter: Date;
  /** No copy in Sent is older; default: now. */
  writtenAt?: Date;
  /** Sent after everything else that waits in its mailbox, as bulk messages are. */
  lowPriority?: boolean;
};

/** Creates the delivery of a message that was just stored, and the job that sends it. */
export async function createDelivery(
  tx: InstanceTransaction,
  { alias = null, writtenAt, ...delivery }: NewDelivery,
  now: Date,
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { messageId, mailboxId, sendAfter } = delivery;
  await insertDelivery(tx, {
    instanceId: tx.instanceId,
    messageId,
    mailboxId,
    alias,
    sendAfter,
    writtenAt: writtenAt ?? null,
  });
  await enqueueDelivery(tx, { ...delivery, now }, enqueue);
}

type DeliveryRow = {
  instanceId: string;
  messageId: string;
  mailboxId: string;
  alias: string | null;
  sendAfter: Date;
  writtenAt: Date | null;
};
const insertDelivery = prepared((db, delivery: DeliveryRow) =>
  db.insertInto('delivery').values({
    instanceId: delivery.instanceId,
    messageId: delivery.messageId,
    mailboxId: delivery.mailboxId,
    alias: delivery.alias,
    state: 'queued',
    sendAfter: delivery.sendAfter,
    createdAt: sql<Date>`coalesce(${delivery.writtenAt}::timestamptz, now())`,
  }),
);

/** Enqueues the job that sends a message, for now or for the time the message may be sent. */
export async function enqueueDelivery(
  tx: InstanceTransaction,
  delivery: Pick<NewDelivery, 'messageId' | 'mailboxId' | 'conversationId' | 'sendAfter' | 'lowPriority'> & {
    now: Date;
  },
  enqueue: Queue['enqueue'],
): Promise<void> {
  const { messageId, mailboxId, conversationId, sendAfter, lowPriority = false, now } = delivery;
  const isDue = sendAfter <= now;
  await enqueue(
    tx,
    'send',
    {
      instanceId: tx.instanceId,
      messageId,
      mailboxId,
      conversationId,
      ...(lowPriority && { lowPriority }),
      ...(!isDue && { sendAfter: sendAfter.toISOString() }),
    },
    { ...(lowPriority && { lowPriority }), ...(!isDue && { startAfter: sendAfter }) },
  );
}
