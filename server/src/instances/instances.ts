import { v7 as uuid } from 'uuid';
import type { Deployment } from '../database/connect.ts';
import type { InstanceKind, Role } from '../database/schema.ts';

/** An instance as one user sees it. */
export type Membership = { id: string; slug: string; name: string; kind: InstanceKind; role: Role };

/** Every instance a user belongs to, by name. */
export async function membershipsOf(deployment: Deployment, userId: string): Promise<Membership[]> {
  return deployment.sql
    .selectFrom('membership')
    .innerJoin('instance', 'instance.id', 'membership.instanceId')
    .where('membership.userId', '=', userId)
    .select(['instance.id', 'instance.slug', 'instance.name', 'instance.kind', 'membership.role'])
    .orderBy('instance.name')
    .execute();
}

/** A user's role in an instance; null where the user has no part in it. */
export async function roleIn(
  deployment: Deployment,
  userId: string,
  instanceId: string,
): Promise<Role | null> {
  const row = await deployment.sql
    .selectFrom('membership')
    .where('userId', '=', userId)
    .where('instanceId', '=', instanceId)
    .select('role')
    .executeTakeFirst();
  return row?.role ?? null;
}

/** Makes an instance, or answers the one that has this slug already. */
export async function createInstance(
  deployment: Deployment,
  instance: { slug: string; name: string; kind: InstanceKind },
): Promise<{ id: string; created: boolean }> {
  const inserted = await deployment.sql
    .insertInto('instance')
    .values({ id: uuid(), ...instance })
    .onConflict((conflict) => conflict.column('slug').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) return { id: inserted.id, created: true };
  const { id } = await deployment.sql
    .selectFrom('instance')
    .where('slug', '=', instance.slug)
    .select('id')
    .executeTakeFirstOrThrow();
  return { id, created: false };
}

/** Gives a user a role in an instance, in place of the one held there before. */
export async function giveRole(
  deployment: Deployment,
  membership: { instanceId: string; userId: string; role: Role },
): Promise<void> {
  await deployment.sql
    .insertInto('membership')
    .values(membership)
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'userId']).doUpdateSet({ role: membership.role }),
    )
    .execute();
}

/** Whether the deployment has no user yet. */
export async function hasNoUsers(deployment: Deployment): Promise<boolean> {
  return (await deployment.sql.selectFrom('users').select('id').limit(1).execute()).length === 0;
}
