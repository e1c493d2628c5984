import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { createProblem, ProblemError, type StoredProblem } from '../problems.ts';
import { noSuchWebhook } from './webhooks.ts';

export type DeliveryState = 'pending' | 'delivered' | 'failed';

export type DeliveryView = {
  id: string;
  type: string;
  /** Ids, no content. */
  data: Record<string, string>;
  occurredAt: Date;
  state: DeliveryState;
  attempts: number;
  nextAttemptAt: Date | null;
  lastAttemptAt: Date | null;
  /** How long the last attempt took. */
  lastMs: number | null;
  lastStatus: number | null;
  problem: StoredProblem | null;
  /** The beginning of the answer that refused it. */
  response: string | null;
};

/** A page of the log of a webhook, newest first. */
export async function deliveries(
  tx: InstanceTransaction,
  webhookId: string,
  { state, ...page }: PageRequest & { state?: DeliveryState | undefined },
): Promise<Page<DeliveryView>> {
  await assertWebhook(tx, webhookId);
  let query = tx.sql
    .selectFrom('webhookDelivery')
    .where('webhookId', '=', webhookId)
    .select(['id', 'type', 'data', 'occurredAt', 'state', 'attempts', 'nextAttemptAt', 'lastAttemptAt'])
    .select(['lastMs', 'lastStatus', 'problem', 'response']);
  if (state) query = query.where('state', '=', state);
  return selectPage(query, byColumn('createdAt', 'time', 'desc'), page);
}

/** Delivers again, now, with the same id. Throws a problem if there is no such delivery. */
export async function replayDelivery(tx: InstanceTransaction, webhookId: string, id: string): Promise<void> {
  const replayed = await tx.sql
    .updateTable('webhookDelivery')
    .set(again)
    .where('webhookId', '=', webhookId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (!replayed) throw new ProblemError(createProblem(404, 'no-such-webhook-delivery'));
}

/** Delivers again, now, what could not be delivered since a time; returns how many. */
export async function replayFailed(tx: InstanceTransaction, webhookId: string, since: Date): Promise<number> {
  await assertWebhook(tx, webhookId);
  const { numUpdatedRows } = await tx.sql
    .updateTable('webhookDelivery')
    .set(again)
    .where('webhookId', '=', webhookId)
    .where('state', '=', 'failed')
    .where('occurredAt', '>=', since)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const again = {
  state: 'pending' as const,
  attempts: 0,
  nextAttemptAt: sql<Date>`now()`,
  leasedUntil: null,
};

/** Enqueues a delivery of the type `webhook.test`; returns its id. */
export async function enqueueTest(tx: InstanceTransaction, webhookId: string, now: Date): Promise<string> {
  await assertWebhook(tx, webhookId);
  const id = uuid();
  await tx.sql
    .insertInto('webhookDelivery')
    .values({
      instanceId: tx.instanceId,
      id,
      webhookId,
      seq: null,
      type: 'webhook.test',
      data: JSON.stringify({ webhookId }),
      occurredAt: now,
      leasedUntil: null,
      lastAttemptAt: null,
      lastMs: null,
      lastStatus: null,
      problem: null,
      response: null,
    })
    .execute();
  return id;
}

/**
 * Deletes what receivers answered to events about these conversations, or about this customer: they may have
 * repeated what they read. Called when a part of it is redacted or deleted.
 */
export async function redactResponses(
  tx: InstanceTransaction,
  { conversationIds, customerId }: { conversationIds: string[]; customerId?: string | null },
): Promise<void> {
  await tx.sql
    .updateTable('webhookDelivery')
    .set({ response: null })
    .where('response', 'is not', null)
    .where((eb) =>
      eb.or([
        eb(sql<string>`data->>'conversationId'`, 'in', [...conversationIds, '']),
        eb(sql<string>`data->>'customerId'`, '=', customerId ?? ''),
      ]),
    )
    .execute();
}

async function assertWebhook(tx: InstanceTransaction, id: string): Promise<void> {
  const found = await tx.sql.selectFrom('webhook').where('id', '=', id).select('id').executeTakeFirst();
  if (!found) throw new ProblemError(noSuchWebhook);
}
