import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/bind.ts';
import type { Event } from './types.ts';

const pending = new WeakMap<InstanceTransaction, Array<{ event: Event; actorId: string | null }>>();

/** The channel on which a commit tells every process that an instance has new events. */
export const channel = 'postroom_events';

/**
 * Records an event with the transaction that causes it. Numbers are given just before the commit:
 * the counter's row lock makes commits of one instance follow each other, so numbers have no gap
 * and a reader that has seen n has seen all before n.
 */
export function record(tx: InstanceTransaction, event: Event, actorId: string | null = null): void {
  const events = pending.get(tx);
  if (events) {
    events.push({ event, actorId });
    return;
  }
  pending.set(tx, [{ event, actorId }]);
  tx.beforeCommit.push(() => write(tx));
}

async function write(tx: InstanceTransaction): Promise<void> {
  const events = pending.get(tx) ?? [];
  const { lastSeq } = await tx.sql
    .insertInto('eventSequence')
    .values({ instanceId: tx.instanceId, lastSeq: events.length })
    .onConflict((conflict) =>
      conflict.column('instanceId').doUpdateSet({
        lastSeq: (eb) => eb('eventSequence.lastSeq', '+', events.length),
      }),
    )
    .returning('lastSeq')
    .executeTakeFirstOrThrow();
  await tx.sql
    .insertInto('event')
    .values(
      events.map(({ event, actorId }, index) => ({
        instanceId: tx.instanceId,
        seq: lastSeq - events.length + 1 + index,
        type: event.type,
        data: JSON.stringify(event.data),
        actorId,
      })),
    )
    .execute();
  await sql`select pg_notify(${channel}, ${tx.instanceId})`.execute(tx.sql);
}
