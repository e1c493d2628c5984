import { type ExpressionBuilder, sql } from 'kysely';
import { chunks } from '../../database/chunks.ts';
import type { Deployment } from '../../database/connect.ts';
import type { Schema } from '../../database/generated/schema.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { StoredProblem } from '../../problems.ts';

export type ImportRef = { instanceId: string; mailboxId: string; importId: string };

/** If the process that works on an import dies, another one goes on after this long (ms). */
const leaseMs = 60_000;

/**
 * Takes at most `limit` imports that are due: those that run while their mailbox is connected, one at a time for
 * a mailbox, and removals. Of several processes, one takes each.
 */
export async function takeDueImports(
  deployment: Deployment,
  now: Date,
  limit: number,
): Promise<Array<ImportRef & { work: 'fetch' | 'remove' }>> {
  const rows = await deployment.sql
    .updateTable('mailboxImport')
    .set({ nextRunAt: new Date(now.getTime() + leaseMs) })
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('instanceId', 'id'),
        'in',
        selectFrom('mailboxImport as due')
          .innerJoin('mailbox', (join) =>
            join.onRef('mailbox.instanceId', '=', 'due.instanceId').onRef('mailbox.id', '=', 'due.mailboxId'),
          )
          .where('due.nextRunAt', '<=', now)
          .where((due) =>
            due.or([
              due('due.state', '=', 'removing'),
              due.and([
                due('due.state', '=', 'running'),
                due('mailbox.deletedAt', 'is', null),
                due('mailbox.disconnectedAt', 'is', null),
                due.not(due.exists(earlierImport(due))),
              ]),
            ]),
          )
          .select(['due.instanceId', 'due.id'])
          .orderBy('due.nextRunAt')
          .limit(limit)
          .forUpdate('due')
          .skipLocked()
          .$asTuple('instanceId', 'id'),
      ),
    )
    .returning(['instanceId', 'mailboxId', 'id as importId', 'state'])
    .execute();
  return rows.map(({ state, ...ref }) => ({ ...ref, work: state === 'removing' ? 'remove' : 'fetch' }));
}

function earlierImport({ selectFrom }: ExpressionBuilder<Schema & { due: Schema['mailboxImport'] }, 'due'>) {
  return selectFrom('mailboxImport as earlier')
    .whereRef('earlier.instanceId', '=', 'due.instanceId')
    .whereRef('earlier.mailboxId', '=', 'due.mailboxId')
    .where('earlier.state', '=', 'running')
    .whereRef('earlier.id', '<', 'due.id')
    .select('earlier.id');
}

/** A running import and its mailbox, which keeps it for another while; null if it no longer runs. */
export async function loadRunningImport(database: Database, { instanceId, importId }: ImportRef) {
  return database.inInstance(instanceId, async (tx) => {
    const row = await tx.sql
      .selectFrom('mailboxImport')
      .innerJoin('mailbox', 'mailbox.id', 'mailboxImport.mailboxId')
      .where('mailboxImport.id', '=', importId)
      .where('mailboxImport.state', '=', 'running')
      .where('mailbox.deletedAt', 'is', null)
      .where('mailbox.disconnectedAt', 'is', null)
      .select([
        'mailboxImport.days',
        'mailboxImport.since',
        'mailboxImport.query',
        'mailboxImport.pageToken',
        'mailboxImport.listedAt',
        'mailboxImport.failures',
        'mailbox.connectedAt',
        'mailbox.failingSince',
      ])
      .executeTakeFirst();
    if (!row) return null;
    await extend(tx, importId);
    return row;
  });
}

/** Keeps an import for this process for another while. */
async function extend({ sql: query }: InstanceTransaction, importId: string): Promise<void> {
  await query
    .updateTable('mailboxImport')
    .set({ nextRunAt: new Date(Date.now() + leaseMs) })
    .where('id', '=', importId)
    .execute();
}

/** Adds a page of the list to what is to be fetched. A message that is listed twice counts once. */
export async function addListed(
  database: Database,
  { instanceId, importId }: ImportRef,
  gmailIds: string[],
  nextPageToken: string | null,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const { listed } = await tx.sql
      .selectFrom('mailboxImport')
      .where('id', '=', importId)
      .select('listed')
      .forUpdate()
      .executeTakeFirstOrThrow();
    let added = 0;
    for (const chunk of chunks(gmailIds.map((gmailId, index) => ({ gmailId, position: listed + index })))) {
      const inserted = await tx.sql
        .insertInto('mailboxImportMessage')
        .values(chunk.map((one) => ({ instanceId, importId, ...one })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('gmailId')
        .execute();
      added += inserted.length;
    }
    await tx.sql
      .updateTable('mailboxImport')
      .set({ listed: listed + added, pageToken: nextPageToken, failures: 0, problem: null })
      .where('id', '=', importId)
      .execute();
  });
}

/** Begins the list again: Gmail refuses the token of its next page. */
export async function restartListing(database: Database, { instanceId, importId }: ImportRef): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql.updateTable('mailboxImport').set({ pageToken: null }).where('id', '=', importId).execute(),
  );
}

export async function finishListing(database: Database, { instanceId, importId }: ImportRef): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql.updateTable('mailboxImport').set({ listedAt: new Date() }).where('id', '=', importId).execute(),
  );
}

/** The next messages to fetch, oldest first. `withheld`: those that arrived by themselves and are still to be fetched as such. */
export async function nextToFetch(
  database: Database,
  { instanceId, mailboxId, importId }: ImportRef,
  limit: number,
): Promise<Array<{ gmailId: string; withheld: boolean }>> {
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('mailboxImportMessage as next')
      .leftJoin('unfetchedMessage as failed', (join) =>
        join
          .onRef('failed.instanceId', '=', 'next.instanceId')
          .onRef('failed.gmailId', '=', 'next.gmailId')
          .on('failed.mailboxId', '=', mailboxId),
      )
      .where('next.importId', '=', importId)
      .select(['next.gmailId', 'failed.gmailId as failedId', 'failed.importId as failedImportId'])
      .orderBy('next.position', 'desc')
      .limit(limit)
      .execute(),
  );
  return rows.map(({ gmailId, failedId, failedImportId }) => ({
    gmailId,
    withheld: failedId !== null && failedImportId !== importId,
  }));
}

/**
 * Counts what became of messages that were fetched, by what is stored, so that nothing is counted twice after a
 * crash; they are no longer to be fetched.
 */
export async function countFetched(
  database: Database,
  { instanceId, mailboxId, importId }: ImportRef,
  gmailIds: string[],
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    await sql`
      with settled as (
        delete from mailbox_import_message
        where import_id = ${importId} and gmail_id = any(${gmailIds}::text[])
        returning gmail_id
      ), outcome as (
        select
          case
            when stored.gmail_id is null then
              case when failed.set_aside_at is not null then 'set-aside' else 'left-out' end
            when stored.import_id = ${importId} then 'imported'
            else 'already-stored'
          end as kind
        from settled
        left join gmail_message stored on stored.mailbox_id = ${mailboxId} and stored.gmail_id = settled.gmail_id
        left join unfetched_message failed on failed.mailbox_id = ${mailboxId} and failed.gmail_id = settled.gmail_id
      ), counted as (
        select
          count(*) filter (where kind = 'imported') as imported,
          count(*) filter (where kind = 'already-stored') as already_stored,
          count(*) filter (where kind = 'left-out') as left_out,
          count(*) filter (where kind = 'set-aside') as set_aside
        from outcome
      )
      update mailbox_import set
        imported = mailbox_import.imported + counted.imported,
        already_stored = mailbox_import.already_stored + counted.already_stored,
        left_out = mailbox_import.left_out + counted.left_out,
        set_aside = mailbox_import.set_aside + counted.set_aside,
        failures = 0, problem = null
      from counted where mailbox_import.id = ${importId}`.execute(tx.sql);
  });
}

/** Ends an import that has fetched everything. */
export async function finishImport(database: Database, ref: ImportRef): Promise<void> {
  await database.inInstance(ref.instanceId, async (tx) => {
    await tx.sql
      .updateTable('mailboxImport')
      .set({ state: 'done', finishedAt: new Date(), problem: null })
      .where('id', '=', ref.importId)
      .where('state', '=', 'running')
      .execute();
    recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId: ref.mailboxId } });
  });
}

/** Sets when an import goes on, and the problem that it waits for; null if it has none. */
export async function postponeImport(
  database: Database,
  { instanceId, importId }: ImportRef,
  { until, failures, problem }: { until: Date; failures: number; problem: StoredProblem | null },
): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailboxImport')
      .set({ nextRunAt: until, failures, problem: problem && JSON.stringify(problem) })
      .where('id', '=', importId)
      .execute(),
  );
}
