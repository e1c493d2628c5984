import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared, type Statement } from '../database/prepared-statements.ts';
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
function insertStatement(tx: InstanceTransaction): Statement {
  const events = (pending.get(tx) ?? []).map(({ event: { type, data }, actorId }) => ({
    type,
    data,
    actor_id: actorId,
  }));
  return insertEvents.with({
    instanceId: tx.instanceId,
    count: events.length,
    events: JSON.stringify(events),
    channel: eventChannel,
  });
}

type NumberedEvents = { instanceId: string; count: number; events: string; channel: string };

const insertEvents = prepared(
  (_, { instanceId, count, events, channel }: NumberedEvents) => sql`
    with counter as (
      insert into event_sequence (instance_id, last_seq) values (${instanceId}::uuid, ${count}::int)
      on conflict (instance_id) do update set last_seq = event_sequence.last_seq + excluded.last_seq
      returning last_seq - ${count}::int as before
    ), written as (
      insert into event (instance_id, seq, type, data, actor_id)
      select ${instanceId}::uuid, counter.before + entry.number, entry.type, entry.data, entry.actor_id
      from counter, rows from (
        jsonb_to_recordset(${events}::jsonb) as (type text, data jsonb, actor_id uuid)
      ) with ordinality as entry (type, data, actor_id, number)
    )
    select pg_notify(${channel}, ${instanceId}::text)`,
);
