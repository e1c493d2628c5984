import type { InstanceTransaction } from '../database/bind.ts';

/** When a message leaves: at a time chosen, or so many seconds after it was written. */
export type When = { sendAt: Date } | { undoSeconds: number };

/**
 * The moment a message may leave. One whose time was not chosen leaves after those of its conversation
 * that can still be undone, so that a conversation's messages leave in the order written.
 */
export async function whenToSend(
  tx: InstanceTransaction,
  {
    conversationId,
    messageId,
    when,
    now,
  }: { conversationId: string; messageId: string; when: When; now: Date },
): Promise<{ sendAfter: Date; scheduled: boolean }> {
  if ('sendAt' in when) return { sendAfter: when.sendAt, scheduled: true };
  const wanted = new Date(now.getTime() + when.undoSeconds * 1_000);
  const { last } = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .where('message.conversationId', '=', conversationId)
    .where('delivery.messageId', '!=', messageId)
    .where('delivery.state', '=', 'queued')
    .where('delivery.scheduled', '=', false)
    .select(({ fn }) => fn.max<Date | null>('delivery.sendAfter').as('last'))
    .executeTakeFirstOrThrow();
  return { sendAfter: last && last > wanted ? last : wanted, scheduled: false };
}
