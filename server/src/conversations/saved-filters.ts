import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** A search saved as a view. `own`: it belongs to the requesting user. */
export type SavedFilter = { id: string; name: string; query: string; shared: boolean; own: boolean };

/** A page of a user's own filters and the shared ones, by name. */
export async function listFilters(
  tx: InstanceTransaction,
  userId: string,
  page: PageRequest,
): Promise<Page<SavedFilter>> {
  const query = tx.sql
    .selectFrom('savedFilter')
    .where((eb) => eb.or([eb('shared', '=', true), eb('ownerId', '=', userId)]))
    .select(['id', 'name', 'query', 'shared', 'ownerId']);
  const { rows, next } = await selectPage(query, byColumn('name', 'text', 'asc'), page);
  return { rows: rows.map(({ ownerId, ...filter }) => ({ ...filter, own: ownerId === userId })), next };
}

/**
 * Creates or changes a filter. Everybody can use a shared one, its owner and admins can change it. Throws a
 * ProblemError for other users.
 */
export async function saveFilter(
  tx: InstanceTransaction,
  filter: { id: string; name: string; query: string; shared: boolean },
  user: { id: string; isAdmin: boolean },
): Promise<SavedFilter> {
  const { id, ...values } = filter;
  const existing = await find(tx, id);
  if (existing) {
    assertMayEdit(existing, user);
    await tx.sql.updateTable('savedFilter').set(values).where('id', '=', id).execute();
  } else {
    await tx.sql
      .insertInto('savedFilter')
      .values({ instanceId: tx.instanceId, ownerId: user.id, ...filter })
      .execute();
  }
  recordEvent(tx, { type: 'filter.changed', data: { filterId: id } }, user.id);
  return { ...filter, own: !existing || existing.ownerId === user.id };
}

/** Deletes a filter, with the permissions of `saveFilter`; does nothing if it does not exist. */
export async function deleteFilter(
  tx: InstanceTransaction,
  id: string,
  user: { id: string; isAdmin: boolean },
): Promise<void> {
  const existing = await find(tx, id);
  if (!existing) return;
  assertMayEdit(existing, user);
  await tx.sql.deleteFrom('savedFilter').where('id', '=', id).execute();
  recordEvent(tx, { type: 'filter.changed', data: { filterId: id } }, user.id);
}

async function find(tx: InstanceTransaction, id: string) {
  return tx.sql
    .selectFrom('savedFilter')
    .where('id', '=', id)
    .select(['ownerId', 'shared'])
    .forUpdate()
    .executeTakeFirst();
}

function assertMayEdit(
  filter: { ownerId: string | null; shared: boolean },
  user: { id: string; isAdmin: boolean },
): void {
  if (filter.ownerId === user.id || (filter.shared && user.isAdmin)) return;
  throw new ProblemError(createProblem(403, 'not-your-filter'));
}
