import { v7 as uuid } from 'uuid';
import type { AuditAction } from '../audit/actions.ts';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchMailbox } from './connection-problems.ts';

/** What an admin asks for (G1): the last days before the connection's mail, or a search as Gmail takes it. */
export type ImportScope = { by: 'days'; days: number } | { by: 'search'; query: string };

const dayMs = 24 * 3_600_000;

/** Gmail's search for messages of a scope that were accepted before the connection; after it, mail arrives by itself. */
export function importQuery(
  scope: ImportScope,
  { connectedAt, since }: { connectedAt: Date; since: Date | null },
): string {
  const seconds = (at: Date) => Math.ceil(at.getTime() / 1_000);
  const what =
    scope.by === 'days' && since ? `after:${seconds(since)}` : scope.by === 'search' ? scope.query : '';
  return `${what} before:${seconds(connectedAt)}`;
}

/** Since when a scope reaches; null: as far back as its search finds something. */
export function sinceOf(scope: ImportScope, now: Date): Date | null {
  return scope.by === 'days' ? new Date(now.getTime() - scope.days * dayMs) : null;
}

/** Starts an import of older mail. Throws a ProblemError if the mailbox does not exist or is disconnected. */
export async function startImport(
  tx: InstanceTransaction,
  mailboxId: string,
  scope: ImportScope,
  actor: Actor,
  now: Date,
): Promise<{ id: string }> {
  const { address } = await importableMailbox(tx, mailboxId);
  const id = uuid();
  const asked =
    scope.by === 'days' ? { days: scope.days, since: sinceOf(scope, now) } : { query: scope.query };
  await tx.sql
    .insertInto('mailboxImport')
    .values({
      instanceId: tx.instanceId,
      id,
      mailboxId,
      requestedById: actor.id,
      createdAt: now,
      nextRunAt: now,
      ...asked,
    })
    .execute();
  await audit(tx, actor, { action: 'import.started', subject: address, after: scope });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
  return { id };
}

/** A mailbox that older mail can be asked of. Throws a ProblemError if it does not exist or is disconnected. */
export async function importableMailbox(
  { sql }: InstanceTransaction,
  mailboxId: string,
): Promise<{ address: string; connectedAt: Date }> {
  const mailbox = await sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['address', 'connectedAt', 'disconnectedAt'])
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox);
  const { address, connectedAt } = mailbox;
  if (mailbox.disconnectedAt)
    throw new ProblemError(createProblem(409, 'import-mailbox-disconnected', { address }));
  return { address, connectedAt };
}

export type ImportAction = 'pause' | 'resume' | 'cancel' | 'remove';

/** In which states each action is possible, and what follows. */
const transitions = {
  pause: { from: ['running'], to: 'paused', audited: null },
  resume: { from: ['paused'], to: 'running', audited: null },
  cancel: { from: ['running', 'paused'], to: 'cancelled', audited: 'import.cancelled' },
  remove: { from: ['done', 'cancelled', 'paused'], to: 'removing', audited: 'import.removed' },
} as const satisfies Record<
  ImportAction,
  { from: readonly string[]; to: string; audited: AuditAction | null }
>;

/**
 * Pauses, resumes, cancels or removes an import. Once this is committed nothing more of it is stored: each
 * transaction that stores holds the row. Throws a ProblemError if the import is not in a state for it.
 */
export async function changeImport(
  tx: InstanceTransaction,
  { mailboxId, importId, action }: { mailboxId: string; importId: string; action: ImportAction },
  actor: Actor,
  now: Date,
): Promise<void> {
  const found = await tx.sql
    .selectFrom('mailboxImport')
    .innerJoin('mailbox', 'mailbox.id', 'mailboxImport.mailboxId')
    .where('mailboxImport.id', '=', importId)
    .where('mailboxImport.mailboxId', '=', mailboxId)
    .where('mailbox.deletedAt', 'is', null)
    .select(['mailboxImport.state', 'mailbox.address'])
    .forUpdate('mailboxImport')
    .executeTakeFirst();
  if (!found) throw new ProblemError(noSuchImport);
  const { from, to, audited } = transitions[action];
  if (!(from as readonly string[]).includes(found.state)) throw new ProblemError(importNotPossible);
  await tx.sql
    .updateTable('mailboxImport')
    .set({
      state: to,
      problem: null,
      failures: 0,
      nextRunAt: now,
      ...(to === 'cancelled' && { finishedAt: now }),
    })
    .where('id', '=', importId)
    .execute();
  if (to === 'cancelled' || to === 'removing') await forgetPlan(tx, [importId]);
  if (audited) await audit(tx, actor, { action: audited, subject: found.address, after: { importId } });
  recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
}

/** Cancels the imports of a mailbox that is deleted. What they stored stays, as all its conversations do. */
export async function cancelImports(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<void> {
  const cancelled = await tx.sql
    .updateTable('mailboxImport')
    .set({ state: 'cancelled', finishedAt: now, problem: null })
    .where('mailboxId', '=', mailboxId)
    .where('state', 'in', ['running', 'paused'])
    .returning('id')
    .execute();
  await forgetPlan(
    tx,
    cancelled.map(({ id }) => id),
  );
}

/** Forgets what imports had still to fetch. */
async function forgetPlan({ sql }: InstanceTransaction, importIds: string[]): Promise<void> {
  if (importIds.length === 0) return;
  await sql.deleteFrom('mailboxImportMessage').where('importId', 'in', importIds).execute();
  await sql.deleteFrom('unfetchedMessage').where('importId', 'in', importIds).execute();
}

/** A page of the imports of a mailbox, newest first. */
export function importsOf({ sql }: InstanceTransaction, mailboxId: string, page: PageRequest) {
  const query = sql
    .selectFrom('mailboxImport')
    .innerJoin('mailbox', 'mailbox.id', 'mailboxImport.mailboxId')
    .leftJoin('users', 'users.id', 'mailboxImport.requestedById')
    .where('mailboxImport.mailboxId', '=', mailboxId)
    .where('mailbox.deletedAt', 'is', null)
    .select([
      'mailboxImport.id',
      'mailboxImport.createdAt',
      'mailboxImport.days',
      'mailboxImport.query',
      'mailboxImport.state',
      'mailboxImport.listedAt',
      'mailboxImport.listed',
      'mailboxImport.imported',
      'mailboxImport.alreadyStored',
      'mailboxImport.leftOut',
      'mailboxImport.setAside',
      'mailboxImport.problem',
      'mailboxImport.finishedAt',
      'mailboxImport.removedMessages',
      'mailboxImport.removedConversations',
      'mailboxImport.keptAnswered',
      'mailboxImport.keptJoined',
      'mailboxImport.keptUsed',
      'mailboxImport.keptRedacted',
      'mailbox.disconnectedAt',
      'users.name as requestedBy',
    ]);
  return selectPage(query, byColumn('mailboxImport.createdAt', 'time', 'desc'), page);
}

const noSuchImport = createProblem(404, 'no-such-import');
const importNotPossible = createProblem(409, 'import-state-changed');
