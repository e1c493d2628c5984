import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import type { Event } from '../events/event-types.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Sealer } from '../google/seal.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** The events that webhooks can be notified about. */
export const webhookEventTypes = [
  'conversation.changed',
  'customer.changed',
  'delivery.changed',
  'mailbox.changed',
  'message.redacted',
  'message.stored',
] as const satisfies ReadonlyArray<Event['type']>;

export type WebhookEventType = (typeof webhookEventTypes)[number];
type WebhookState = 'active' | 'paused' | 'disabled';

export type WebhookView = {
  id: string;
  url: string;
  description: string;
  eventTypes: WebhookEventType[];
  state: WebhookState;
  /** The first failure since the last success. */
  failingSince: Date | null;
  /** Until then the former secret signs as well. */
  formerSecretUntil: Date | null;
  createdAt: Date;
};

/** After a rotation what is sent is signed with both secrets for this long. */
const rotationMs = 24 * 3_600_000;

/** What the secret of a webhook is encrypted for. */
export const secretPurpose = (webhookId: string) => `secret of webhook ${webhookId}`;

/** A page of the webhooks, oldest first. */
export async function webhooks(tx: InstanceTransaction, page: PageRequest): Promise<Page<WebhookView>> {
  const { rows, next } = await selectPage(selectWebhooks(tx), byColumn('createdAt', 'time', 'asc'), page);
  return { rows: rows.map(toView), next };
}

/** One webhook, or undefined. */
export async function webhook(tx: InstanceTransaction, id: string): Promise<WebhookView | undefined> {
  const row = await selectWebhooks(tx).where('id', '=', id).executeTakeFirst();
  return row && toView(row);
}

const selectWebhooks = (tx: InstanceTransaction) =>
  tx.sql
    .selectFrom('webhook')
    .select(['id', 'url', 'description', 'eventTypes', 'state', 'failingSince', 'createdAt'])
    .select(
      sql<Date | null>`case when former_secret_until > now() then former_secret_until end`.as(
        'formerSecretUntil',
      ),
    );

const toView = (row: Omit<WebhookView, 'eventTypes'> & { eventTypes: string[] }): WebhookView => ({
  ...row,
  eventTypes: row.eventTypes as WebhookEventType[],
});

/** Creates a webhook, which is notified about events from now on, and returns its secret. */
export async function createWebhook(
  { sealer }: { sealer: Sealer },
  tx: InstanceTransaction,
  { url, description, eventTypes }: Pick<WebhookView, 'url' | 'description' | 'eventTypes'>,
  actor: Actor,
): Promise<{ id: string; secret: string }> {
  const id = uuid();
  const secret = newSecret();
  await tx.sql
    .insertInto('webhook')
    .values({
      instanceId: tx.instanceId,
      id,
      url,
      description,
      eventTypes,
      secret: await sealer.seal(secret, secretPurpose(id)),
      formerSecret: null,
      formerSecretUntil: null,
      lastSeq: sql<number>`coalesce((select last_seq from event_sequence), 0)`,
      failingSince: null,
      createdBy: actor.id,
    })
    .execute();
  await audit(tx, actor, { action: 'webhook.created', subject: url, after: { eventTypes } });
  recordEvent(tx, { type: 'webhook.changed', data: { webhookId: id } }, actor.id);
  return { id, secret };
}

/**
 * Changes a webhook. One that is made active again is notified about events from now on, and what is waiting is delivered.
 * Throws a problem if there is no such webhook.
 */
export async function changeWebhook(
  tx: InstanceTransaction,
  id: string,
  change: {
    url?: string | undefined;
    description?: string | undefined;
    eventTypes?: WebhookEventType[] | undefined;
    state?: 'active' | 'paused' | undefined;
  },
  actor: Actor,
): Promise<void> {
  const before = await webhook(tx, id);
  if (!before) throw new ProblemError(noSuchWebhook);
  const { url = before.url, description = before.description, eventTypes = before.eventTypes } = change;
  const { state = before.state } = change;
  const resumes = state === 'active' && before.state !== 'active';
  await tx.sql
    .updateTable('webhook')
    .set({ url, description, eventTypes, state })
    .$if(resumes, (query) =>
      query.set({
        failingSince: null,
        lastSeq: sql<number>`coalesce((select last_seq from event_sequence), 0)`,
      }),
    )
    .where('id', '=', id)
    .execute();
  await audit(tx, actor, {
    action: 'webhook.changed',
    subject: url,
    before: { url: before.url, eventTypes: before.eventTypes, state: before.state },
    after: { url, eventTypes, state },
  });
  recordEvent(tx, { type: 'webhook.changed', data: { webhookId: id } }, actor.id);
}

/** Deletes a webhook with its log. Throws a problem if there is no such webhook. */
export async function deleteWebhook(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const deleted = await tx.sql.deleteFrom('webhook').where('id', '=', id).returning('url').executeTakeFirst();
  if (!deleted) throw new ProblemError(noSuchWebhook);
  await audit(tx, actor, { action: 'webhook.deleted', subject: deleted.url });
  recordEvent(tx, { type: 'webhook.changed', data: { webhookId: id } }, actor.id);
}

/** Gives a webhook a new secret; the former one signs as well for a day. Throws a problem if there is none. */
export async function rotateSecret(
  { sealer }: { sealer: Sealer },
  tx: InstanceTransaction,
  id: string,
  { actor, now }: { actor: Actor; now: Date },
): Promise<{ secret: string; formerSecretUntil: Date }> {
  const secret = newSecret();
  const formerSecretUntil = new Date(now.getTime() + rotationMs);
  const rotated = await tx.sql
    .updateTable('webhook')
    .set((eb) => ({ formerSecret: eb.ref('secret'), formerSecretUntil }))
    .set({ secret: await sealer.seal(secret, secretPurpose(id)) })
    .where('id', '=', id)
    .returning('url')
    .executeTakeFirst();
  if (!rotated) throw new ProblemError(noSuchWebhook);
  await audit(tx, actor, { action: 'webhook.secret-rotated', subject: rotated.url });
  recordEvent(tx, { type: 'webhook.changed', data: { webhookId: id } }, actor.id);
  return { secret, formerSecretUntil };
}

/** A secret of 256 bits as Standard Webhooks writes it. */
function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export const noSuchWebhook = createProblem(404, 'no-such-webhook');
