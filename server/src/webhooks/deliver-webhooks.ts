import { type Kysely, sql } from 'kysely';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import type { Database, InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Sealer } from '../google/seal.ts';
import type { NetworkAccess } from '../network/network-access.ts';
import { notifyAdmins } from '../notifications/notify.ts';
import { type PostOutcome, postWebhook } from './post-webhook.ts';
import { secretPurpose } from './webhooks.ts';

export type WebhookDeps = {
  deployment: Deployment;
  database: Database;
  sealer: Sealer;
  network: NetworkAccess;
};
export type WebhookRef = { instanceId: string; webhookId: string };
export type DeliveryRef = { instanceId: string; deliveryId: string };

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** After each failed attempt, the next one (Standard Webhooks, "Deliverability and reliability"): three days. */
const retryDelaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];
/** A webhook to which nothing could be delivered for this long is disabled. */
const disabledAfterMs = 5 * 24 * hour;
/** How many deliveries to one webhook are under way at once: a slow one leaves room for others. */
const underWayPerWebhook = 5;
/** A delivery that a process began and did not end within this time is taken over. */
const leaseSeconds = 60;
/** How many events become deliveries in one transaction. */
const eventsAtOnce = 1_000;
/** The log is kept for this long. */
const keptDays = 30;

/** Webhooks with events that are not deliveries yet. */
export async function findBehind({ sql: db }: Deployment, limit: number): Promise<WebhookRef[]> {
  const { rows } = await sql<WebhookRef>`
    select w.instance_id as "instanceId", w.id as "webhookId"
    from webhook w
    join event_sequence s on s.instance_id = w.instance_id
    join instance i on i.id = w.instance_id
    where w.state = 'active' and s.last_seq > w.last_seq and i.deleted_at is null
    limit ${limit}
  `.execute(db);
  return rows;
}

/**
 * Writes a delivery for each event of the types a webhook wants, each once: its place in the log of events moves in
 * the same transaction. An event is in that log if and only if its change was committed.
 */
export async function enqueueDeliveries(
  database: Database,
  { instanceId, webhookId }: WebhookRef,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const webhook = await tx.sql
      .selectFrom('webhook')
      .where('id', '=', webhookId)
      .where('state', '=', 'active')
      .select(['lastSeq', 'eventTypes'])
      .forUpdate()
      .executeTakeFirst();
    if (!webhook) return;
    const { lastSeq, eventTypes } = webhook;
    await sql`
      insert into webhook_delivery (instance_id, id, webhook_id, seq, type, data, occurred_at)
      select instance_id, gen_random_uuid(), ${webhookId}, seq, type, data, at from event
      where seq > ${lastSeq} and seq <= ${lastSeq + eventsAtOnce} and type = any(${eventTypes})
    `.execute(tx.sql);
    await sql`
      update webhook set last_seq = least(${lastSeq + eventsAtOnce}, (select last_seq from event_sequence))
      where id = ${webhookId}
    `.execute(tx.sql);
  });
}

/** Claims deliveries that are due, few of each webhook. Of several processes one gets each. */
export async function claimDeliveries({ sql: db }: Deployment, limit: number): Promise<DeliveryRef[]> {
  const { rows } = await sql<DeliveryRef>`
    with due as (
      select d.instance_id, d.id, row_number() over (partition by d.webhook_id order by d.next_attempt_at, d.seq)
        + (select count(*) from webhook_delivery u where u.instance_id = d.instance_id
            and u.webhook_id = d.webhook_id and u.state = 'pending' and u.leased_until > now()) as place,
        d.next_attempt_at
      from webhook_delivery d
      join webhook w on w.instance_id = d.instance_id and w.id = d.webhook_id and w.state = 'active'
      join instance i on i.id = d.instance_id and i.deleted_at is null
      where d.state = 'pending' and d.next_attempt_at <= now() and (d.leased_until is null or d.leased_until <= now())
    )
    update webhook_delivery taken set leased_until = now() + ${leaseSeconds} * interval '1 second'
    from (select * from due where place <= ${underWayPerWebhook} order by next_attempt_at limit ${limit}) chosen
    where taken.instance_id = chosen.instance_id and taken.id = chosen.id and taken.state = 'pending'
      and (taken.leased_until is null or taken.leased_until <= now())
    returning taken.instance_id as "instanceId", taken.id as "deliveryId"
  `.execute(db);
  return rows;
}

/** Makes one attempt at a claimed delivery, and records what became of it. */
export async function deliverToWebhook(
  { database, sealer, network }: WebhookDeps,
  { instanceId, deliveryId }: DeliveryRef,
  now: () => Date = () => new Date(),
): Promise<void> {
  const message = await database.inInstance(instanceId, (tx) => loadMessage(tx, sealer, deliveryId));
  if (!message) return;
  const began = performance.now();
  const outcome = await postWebhook(message, { network, now: now() });
  const ms = Math.round(performance.now() - began);
  await database.inInstance(instanceId, (tx) => recordOutcome(tx, deliveryId, { ...outcome, ms }, now()));
}

async function loadMessage(tx: InstanceTransaction, sealer: Sealer, deliveryId: string) {
  const found = await tx.sql
    .selectFrom('webhookDelivery')
    .innerJoin('webhook', 'webhook.id', 'webhookDelivery.webhookId')
    .where('webhookDelivery.id', '=', deliveryId)
    .where('webhookDelivery.state', '=', 'pending')
    .select(['webhook.id', 'webhook.url', 'webhook.secret'])
    .select(['webhookDelivery.type', 'webhookDelivery.data', 'webhookDelivery.occurredAt'])
    .select(sql<string | null>`case when former_secret_until > now() then former_secret end`.as('former'))
    .executeTakeFirst();
  if (!found) return null;
  const { id, url, type, data, occurredAt } = found;
  const secrets: string[] = [];
  for (const sealed of [found.secret, found.former]) {
    const secret = sealed && (await sealer.open(sealed, secretPurpose(id)));
    if (secret) secrets.push(secret);
  }
  // Without a secret, after that of the deployment was lost, what is sent is signed by nobody and refused.
  const event = { type, timestamp: occurredAt.toISOString(), data: { instanceId: tx.instanceId, ...data } };
  return { id: deliveryId, url, secrets, body: JSON.stringify(event) };
}

async function recordOutcome(
  tx: InstanceTransaction,
  deliveryId: string,
  { problem, status, response, ms }: PostOutcome & { ms: number },
  now: Date,
): Promise<void> {
  const delivery = await tx.sql
    .selectFrom('webhookDelivery')
    .where('id', '=', deliveryId)
    .select(['webhookId', 'attempts'])
    .forUpdate()
    .executeTakeFirst();
  if (!delivery) return;
  const { webhookId } = delivery;
  const delay = retryDelaysMs[delivery.attempts];
  const retries = problem !== null && delay !== undefined && status !== 410;
  await tx.sql
    .updateTable('webhookDelivery')
    .set({
      state: problem === null ? 'delivered' : retries ? 'pending' : 'failed',
      attempts: delivery.attempts + 1,
      // A tenth more or less, so that what failed together is not repeated together.
      nextAttemptAt: retries ? new Date(now.getTime() + delay * (0.9 + Math.random() / 5)) : null,
      leasedUntil: null,
      lastAttemptAt: now,
      lastMs: ms,
      lastStatus: status,
      problem: problem && JSON.stringify(problem),
      response,
    })
    .where('id', '=', deliveryId)
    .execute();
  if (problem === null) return recordSuccess(tx.sql, webhookId);
  await recordFailure(tx, webhookId, { isGone: status === 410, now });
}

async function recordSuccess(db: Kysely<Schema>, webhookId: string): Promise<void> {
  await db
    .updateTable('webhook')
    .set({ failingSince: null })
    .where('id', '=', webhookId)
    .where('failingSince', 'is not', null)
    .execute();
}

/** Notes the first failure; disables a webhook that has failed for days, or that answered 410 Gone. */
async function recordFailure(
  tx: InstanceTransaction,
  webhookId: string,
  { isGone, now }: { isGone: boolean; now: Date },
): Promise<void> {
  const { failingSince } = await tx.sql
    .updateTable('webhook')
    .set((eb) => ({ failingSince: eb.fn.coalesce('failingSince', eb.val(now)) }))
    .where('id', '=', webhookId)
    .returning('failingSince')
    .executeTakeFirstOrThrow();
  if (!isGone && now.getTime() - failingSince!.getTime() < disabledAfterMs) return;
  const disabled = await tx.sql
    .updateTable('webhook')
    .set({ state: 'disabled' })
    .where('id', '=', webhookId)
    .where('state', '=', 'active')
    .returning('id')
    .executeTakeFirst();
  if (!disabled) return;
  await notifyAdmins(tx, { kind: 'webhook.disabled', data: { webhookId } }, now);
  recordEvent(tx, { type: 'webhook.changed', data: { webhookId } });
}

/** Deletes from the log what ended more than 30 days ago. */
export async function sweepDeliveries({ sql: db }: Deployment): Promise<void> {
  await sql`delete from webhook_delivery
    where state <> 'pending' and created_at < now() - ${keptDays} * interval '1 day'`.execute(db);
}
