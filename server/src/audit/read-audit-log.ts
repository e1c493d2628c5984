import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import type { AuditAction } from './actions.ts';

export type AuditView = {
  id: string;
  at: Date;
  actor: { id: string | null; name: string };
  action: AuditAction;
  subject: string;
  before: unknown;
  after: unknown;
  ipAddress: string | null;
};

/** A filter that is left out does not apply. `from` is inclusive, `until` exclusive. */
export type AuditFilter = {
  actorId?: string | undefined;
  action?: AuditAction | undefined;
  /** A part of the subject, in any spelling. */
  subject?: string | undefined;
  from?: Date | undefined;
  until?: Date | undefined;
};

/** A page of the audit log, newest first (M2). */
export async function auditEntries(
  tx: InstanceTransaction,
  { actorId, action, subject, from, until }: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditView>> {
  let query = tx.sql
    .selectFrom('auditEntry')
    .select(['id', 'at', 'actorId', 'actorName', 'action', 'subject', 'before', 'after', 'ipAddress']);
  if (actorId) query = query.where('actorId', '=', actorId);
  if (action) query = query.where('action', '=', action);
  if (subject) query = query.where(sql<boolean>`contains_letters(subject, ${subject})`);
  if (from) query = query.where('at', '>=', from);
  if (until) query = query.where('at', '<', until);
  const { rows, next } = await selectPage(query, byColumn('at', 'time', 'desc'), page);
  const entries = rows.map(({ actorId, actorName, ...row }) => ({
    ...row,
    action: row.action as AuditAction,
    actor: { id: actorId, name: actorName },
  }));
  return { rows: entries, next };
}

/** The actors and actions of the log, as choices of its filters; each actor by their latest name. */
export async function auditFilterOptions(
  tx: InstanceTransaction,
): Promise<{ actors: Array<{ id: string; name: string }>; actions: AuditAction[] }> {
  const actors = await tx.sql
    .selectFrom('auditEntry')
    .distinctOn('actorId')
    .where('actorId', 'is not', null)
    .select(['actorId as id', 'actorName as name'])
    .orderBy('actorId')
    .orderBy('at', 'desc')
    .execute();
  const actions = await tx.sql
    .selectFrom('auditEntry')
    .select('action')
    .distinct()
    .orderBy('action')
    .execute();
  return {
    actors: actors
      .map(({ id, name }) => ({ id: id!, name }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
    actions: actions.map(({ action }) => action as AuditAction),
  };
}
