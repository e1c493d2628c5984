import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { BulkState } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchBulk, recordBulkChanged } from './bulk-drafts.ts';
import { unknownFields } from './mail-merge.ts';

export type BulkAction = 'start' | 'pause' | 'resume' | 'cancel';

/** The states in which an action is allowed, and the state it leads to. */
const transitions: Record<BulkAction, { from: BulkState[]; to: BulkState }> = {
  start: { from: ['draft'], to: 'sending' },
  pause: { from: ['sending'], to: 'paused' },
  resume: { from: ['paused', 'stopped'], to: 'sending' },
  cancel: { from: ['sending', 'paused', 'stopped'], to: 'cancelled' },
};

/**
 * Starts, pauses, resumes or cancels a bulk message. Messages that were written already are still sent;
 * recipients who wait when it is cancelled get none. Throws a ProblemError in any other state.
 */
export async function changeBulkState(
  tx: InstanceTransaction,
  id: string,
  action: BulkAction,
  actor: Actor,
  now: Date,
): Promise<void> {
  const bulk = await tx.sql
    .selectFrom('bulkMessage')
    .where('id', '=', id)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (!bulk) throw new ProblemError(noSuchBulk);
  const { from, to } = transitions[action];
  if (bulk.state === to) return;
  if (!from.includes(bulk.state)) throw new ProblemError(wrongState);
  if (action === 'start') await assertReady(tx, bulk);
  await tx.sql
    .updateTable('bulkMessage')
    .set({
      state: to,
      problem: null,
      nextSliceAt: now,
      ...(action === 'start' && { startedAt: now }),
      ...(action === 'cancel' && { finishedAt: now }),
    })
    .where('id', '=', id)
    .execute();
  const { subject, html } = bulk;
  await audit(tx, actor, {
    action: `bulk.${action}`,
    subject,
    ...(action === 'start' && { after: { subject, html } }),
  });
  recordBulkChanged(tx, id);
}

async function assertReady(
  tx: InstanceTransaction,
  { id, subject, html }: { id: string; subject: string; html: string },
): Promise<void> {
  const columns = await columnsOf(tx, id);
  if (columns === null) throw new ProblemError(noRecipients);
  if (subject.trim() === '' || html.replace(/<[^<>]*>|&nbsp;|\s/g, '') === '')
    throw new ProblemError(emptyMessage);
  const [unknownName] = unknownFields(`${subject} ${html}`, columns);
  if (unknownName) throw new ProblemError(unknownField(unknownName));
}

/** The columns of the list of recipients; null if there are no recipients. */
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

const wrongState = createProblem(409, 'bulk-wrong-state');
const noRecipients = createProblem(400, 'bulk-without-recipients');
const emptyMessage = createProblem(400, 'bulk-empty');
const unknownField = (name: string) => createProblem(400, 'bulk-unknown-field', { name });
