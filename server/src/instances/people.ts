import type { Role } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** The people with access to an instance, by name. */
export async function people(
  tx: InstanceTransaction,
): Promise<Array<{ id: string; name: string; email: string; role: Role }>> {
  return tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .where('membership.deactivatedAt', 'is', null)
    .select(['users.id', 'users.name', 'users.email', 'membership.role'])
    .orderBy('users.name')
    .orderBy('users.email')
    .execute();
}
