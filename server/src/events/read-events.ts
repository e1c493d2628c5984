import { type Database, runInInstance } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import type { NumberedEvent } from './event-types.ts';

/** The events of an instance after number `seq`, oldest first, at most `limit`. */
export async function eventsAfter(
  database: Database,
  instanceId: string,
  seq: number,
  limit: number,
): Promise<Array<NumberedEvent & { at: Date }>> {
  const [rows] = await runInInstance(database, instanceId, [newerEvents.with({ seq, limit })]);
  return rows as unknown as Array<NumberedEvent & { at: Date }>;
}

const newerEvents = prepared((db, { seq, limit }: { seq: number; limit: number }) =>
  db
    .selectFrom('event')
    .select(['seq', 'type', 'data', 'at'])
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit),
);

/** The number of the newest event of an instance; 0 if there is none. */
export async function lastEvent(database: Database, instanceId: string): Promise<number> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('eventSequence').select('lastSeq').executeTakeFirst(),
  );
  return row?.lastSeq ?? 0;
}
