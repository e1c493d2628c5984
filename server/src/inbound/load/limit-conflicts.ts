import { sql } from 'kysely';
import { lockKeys } from '../../database/advisory-locks.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared, type Statement } from '../../database/prepared-statements.ts';
import type { Context } from '../decide/context.ts';
import { countedAddresses } from '../decide/counted-addresses.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

// The hourly limits (R6) hold across mailboxes, whose messages are stored at the same time. To lock every writer would
// make most transactions wait for each other. So writers near a limit are locked, and before the commit it is checked
// that others have brought none of the rest there: then the transaction runs again.

/** An address of a batch under which messages count, with the time that its messages and the hour before take. */
export type CountedAddress = {
  column: 'counted_writer' | 'counted_machine';
  address: string;
  from: Date;
  until: Date;
  sent: number;
  limit: number;
};

/** What `checkLimits` compares: the messages of others by address, when the locks were held. */
export type KnownCounts = Array<CountedAddress & { others: number }>;

type CountRow = { others: number };
const hour = 3_600_000;

export function countedInBatch(
  messages: MessageToStore[],
  { messagesPerHour, formMessagesPerHour }: Context['settings'],
): CountedAddress[] {
  const found = new Map<string, CountedAddress>();
  for (const message of messages) {
    const at = message.fetched.internalDate.getTime();
    const { writer, machine } = countedAddresses(message);
    for (const [column, address, limit] of [
      ['counted_writer', writer, messagesPerHour],
      ['counted_machine', machine, formMessagesPerHour],
    ] as const) {
      if (address === '') continue;
      const key = nameOf({ column, address });
      const known = found.get(key);
      const from = new Date(Math.min(known?.from.getTime() ?? at, at - hour));
      const until = new Date(Math.max(known?.until.getTime() ?? at, at));
      found.set(key, { column, address, from, until, sent: (known?.sent ?? 0) + 1, limit });
    }
  }
  return [...found.values()];
}

/** As `locksNearLimits` returns it. */
const nameOf = ({ column, address }: Pick<CountedAddress, 'column' | 'address'>) => `${column} ${address}`;

const json = (addresses: CountedAddress[]) => JSON.stringify(addresses);
const columns = sql`"column" text, address text, "from" timestamptz, until timestamptz, sent int, "limit" int`;
const none = '{}';

/** How many stored messages count for `one`, without those of `except`. */
const countOthers = (except: unknown) => sql`
  case one."column" when 'counted_writer' then (
    select count(*) from message where counted_writer = one.address and counted_writer <> ''
      and sent_at > one."from" and sent_at <= one.until and id <> all(${except}::uuid[])
  ) else (
    select count(*) from message where counted_machine = one.address and counted_machine <> ''
      and sent_at > one."from" and sent_at <= one.until and id <> all(${except}::uuid[])
  ) end`;

type Lock = { keys: string[]; addresses: string; addressKeys: string[] };

const takeLocks = prepared(
  (_, { keys, addresses, addressKeys }: Lock) => sql<{ address: string | null }>`
    select address, pg_advisory_xact_lock(key) from (
      select key, null::text as address from unnest(${keys}::bigint[]) as key
      union all
      select near.key, one."column" || ' ' || one.address
      from rows from (json_to_recordset(${addresses}::json) as (${columns}), unnest(${addressKeys}::bigint[]))
        as one ("column", address, "from", until, sent, "limit", key)
      cross join lateral (select one.key where one.sent + ${countOthers(none)} > one."limit") near
      order by key offset 0
    ) wanted`,
);

/**
 * The statement that takes advisory locks, in one order: `keys`, and those of the addresses that are near their limit.
 * It returns these.
 */
export function locksNearLimits(
  instanceId: string,
  keys: string[],
  addresses: CountedAddress[],
): Statement<{ address: string | null }> {
  const addressKeys = addresses.flatMap((one) => lockKeys(instanceId, [`limit ${nameOf(one)}`]));
  return takeLocks.with({ keys, addresses: json(addresses), addressKeys });
}

const countAddresses = prepared(
  (_, { addresses }: { addresses: string }) => sql<CountRow>`
    select ${countOthers(none)}::int as others
    from rows from (json_to_recordset(${addresses}::json) as (${columns})) with ordinality
      as one ("column", address, "from", until, sent, "limit", place)
    order by place`,
);

/** The statement that counts what `checkLimits` compares: a row for each address, in their order. */
export function countsOf(addresses: CountedAddress[]): Statement<CountRow> {
  return countAddresses.with({ addresses: json(addresses) });
}

const failIfChanged = prepared(
  (_, { known, ownIds }: { known: string; ownIds: string[] }) => sql`
    select raise_conflict('others have written as well: ' || one.address)
    from json_to_recordset(${known}::json) as one (${columns}, others int)
    cross join lateral (select ${countOthers(sql`${ownIds}`)} as others) now
    where now.others <> one.others and now.others + one.sent > one."limit"`,
);

/**
 * Runs the transaction again if an address has reached its limit that was not near it when the locks were taken:
 * two transactions must not both open its quiet conversation.
 */
export async function requireLocks(
  tx: InstanceTransaction,
  overLimit: string[],
  locked: ReadonlySet<string>,
): Promise<void> {
  const isLocked = (address: string) =>
    locked.has(nameOf({ column: 'counted_writer', address })) ||
    locked.has(nameOf({ column: 'counted_machine', address }));
  if (!overLimit.every(isLocked)) await failNow(tx, { reason: 'others have written as well' });
}

const failNow = prepared((_, { reason }: { reason: string }) => sql`select raise_conflict(${reason}::text)`);

/**
 * Has the transaction run again if, since the counts were read, other messages have brought one of the addresses to its
 * limit. It is checked after the events are numbered (record-event.ts), which orders the commits of an instance.
 */
export function checkLimits(tx: InstanceTransaction, known: KnownCounts, ownIds: string[]): void {
  tx.withCommit.push(() => failIfChanged.with({ known: JSON.stringify(known), ownIds }));
}
