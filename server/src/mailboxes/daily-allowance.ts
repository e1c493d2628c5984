import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** Google's limit of messages in 24 hours for a paid Workspace mailbox; in a trial it is 500 (docs/gmail.md, section 4). */
export const dailyLimit = 2_000;
/** The part of it that bulk messages leave to the agents. */
const reservedForAgents = 200;
const day = 24 * 3_600_000;

/** What a mailbox may still send within Google's daily limit, as far as Postroom can know it. */
export type Allowance = { limit: number; sent: number; forBulk: number };

/** Counts what was sent from the mailbox in the last 24 hours, by Postroom and in Gmail itself. */
export async function allowanceOf(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<Allowance> {
  const { sent } = await tx.sql
    .selectFrom('message')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .where('message.mailboxId', '=', mailboxId)
    .where('message.direction', '=', 'outbound')
    .where('message.sentAt', '>', new Date(now.getTime() - day))
    .where((eb) =>
      eb.or([eb('delivery.state', 'is', null), eb('delivery.state', 'in', ['sent', 'queued', 'sending'])]),
    )
    .select((eb) => eb.fn.countAll<number>().as('sent'))
    .executeTakeFirstOrThrow();
  return { limit: dailyLimit, sent, forBulk: Math.max(0, dailyLimit - reservedForAgents - sent) };
}
