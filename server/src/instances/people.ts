import type { Role } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';

/** A page of the people with access to an instance, by name. */
export function people(
  tx: InstanceTransaction,
  page: PageRequest,
): Promise<Page<{ id: string; name: string; email: string; role: Role }>> {
  const query = tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .where('membership.deactivatedAt', 'is', null)
    .select(['users.id', 'users.name', 'users.email', 'membership.role']);
  return selectPage(query, byColumn('users.name', 'text', 'asc'), page);
}
