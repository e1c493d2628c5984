import { escapeLiteral } from 'pg';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Event } from './event-types.ts';

const pending = new WeakMap<InstanceTransaction, Array<{ event: Event; actorId: string | null }>>();

/** The NOTIFY channel on which a commit announces to every process that an instance has new events. */
export const eventChannel = 'postroom_events';

/**
 * Records an event in the transaction that causes it. Numbers are assigned directly before the commit:
 * the row lock of the counter orders the commits of an instance, so numbers have no gaps, and a reader
 * that has seen n has seen all before n.
 */
export function recordEvent(tx: InstanceTransaction, event: Event, actorId: string | null = null): void {
  const events = pending.get(tx);
  if (events) {
    events.push({ event, actorId });
    return;
  }
  pending.set(tx, [{ event, actorId }]);
  tx.withCommit.push(() => insertStatement(tx));
}

/** Runs in one round trip with the commit: the counter is locked no longer than the server needs. */
function insertStatement(tx: InstanceTransaction): string {
  const events = (pending.get(tx) ?? []).map(({ event: { type, data }, actorId }) => ({
    type,
    data,
    actor_id: actorId,
  }));
  const instanceId = `${escapeLiteral(tx.instanceId)}::uuid`;
  return `
    with counter as (
      insert into event_sequence (instance_id, last_seq) values (${instanceId}, ${events.length})
      on conflict (instance_id) do update set last_seq = event_sequence.last_seq + excluded.last_seq
      returning last_seq - ${events.length} as before
    ), written as (
      insert into event (instance_id, seq, type, data, actor_id)
      select ${instanceId}, counter.before + entry.number, entry.type, entry.data, entry.actor_id
      from counter, rows from (
        jsonb_to_recordset(${escapeLiteral(JSON.stringify(events))}::jsonb) as (type text, data jsonb, actor_id uuid)
      ) with ordinality as entry (type, data, actor_id, number)
    )
    select pg_notify(${escapeLiteral(eventChannel)}, ${escapeLiteral(tx.instanceId)})`;
}
