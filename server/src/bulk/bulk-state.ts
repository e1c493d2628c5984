import { type Actor, audit } from '../audit/record.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import type { BulkState } from '../database/schema.ts';
import { Refused, refusal } from '../errors.ts';
import { changed, noSuchBulk } from './bulk-drafts.ts';
import { unknownFields } from './mail-merge.ts';

export type Order = 'start' | 'pause' | 'resume' | 'cancel';

/** From which states an order leads to which; from any other it is refused. */
const leads: Record<Order, { from: BulkState[]; to: BulkState }> = {
  start: { from: ['draft'], to: 'sending' },
  pause: { from: ['sending'], to: 'paused' },
  resume: { from: ['paused', 'stopped'], to: 'sending' },
  cancel: { from: ['sending', 'paused', 'stopped'], to: 'cancelled' },
};

/**
 * Starts, pauses, resumes or cancels a bulk message. What was written already is sent all the same; who
 * still waits when it is cancelled gets nothing.
 */
export async function orderBulk(
  tx: InstanceTransaction,
  id: string,
  order: Order,
  actor: Actor,
  now: Date,
): Promise<void> {
  const bulk = await tx.sql
    .selectFrom('bulkMessage')
    .where('id', '=', id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (!bulk) throw new Refused(noSuchBulk);
  const { from, to } = leads[order];
  if (bulk.state === to) return;
  if (!from.includes(bulk.state)) throw new Refused(notNow);
  if (order === 'start') await checkReady(tx, bulk);
  await tx.sql
    .updateTable('bulkMessage')
    .set({
      state: to,
      reason: null,
      nextSliceAt: now,
      ...(order === 'start' && { startedAt: now }),
      ...(order === 'cancel' && { finishedAt: now }),
    })
    .where('id', '=', id)
    .execute();
  await audit(tx, actor, { action: `bulk.${order}`, subject: bulk.subject });
  changed(tx, id);
}

async function checkReady(
  tx: InstanceTransaction,
  { id, subject, html }: { id: string; subject: string; html: string },
): Promise<void> {
  const columns = await columnsOf(tx, id);
  if (columns === null) throw new Refused(nobody);
  if (subject.trim() === '' || html.replace(/<[^>]*>|&nbsp;|\s/g, '') === '') throw new Refused(empty);
  const [unknown] = unknownFields(`${subject} ${html}`, columns);
  if (unknown) throw new Refused(unknownField(unknown));
}

/** The columns the recipients came with; null where there are no recipients. */
export async function columnsOf(tx: InstanceTransaction, id: string): Promise<string[] | null> {
  const first = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', id)
    .select('position')
    .limit(1)
    .executeTakeFirst();
  if (!first) return null;
  const rows = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', id)
    .select((eb) => eb.fn<string>('jsonb_object_keys', ['fields']).as('column'))
    .distinct()
    .execute();
  return rows.map(({ column }) => column);
}

const notNow = refusal(
  409,
  'bulk-not-now',
  'This cannot be done with the bulk message as it is now.',
  'Look at its state again: it may just have ended.',
);
const nobody = refusal(
  400,
  'bulk-without-recipients',
  'The bulk message goes to nobody yet.',
  'Add customers first.',
);
const empty = refusal(
  400,
  'bulk-empty',
  'The bulk message has no subject or says nothing.',
  'Write both before you send it.',
);
const unknownField = (name: string) =>
  refusal(
    400,
    'bulk-unknown-field',
    `The list has no column “${name}”.`,
    `Take {{${name}}} out of the message, or add a list that has this column.`,
  );
