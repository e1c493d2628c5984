import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Role } from '../database/column-types.ts';
import { asDeployment, type InstanceTransaction } from '../database/instance-transaction.ts';
import { type Order, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';

/** A person of an instance as its admins see them. */
export type Member = {
  id: string;
  name: string;
  email: string;
  role: Role;
  twoFactor: boolean;
  since: Date;
  /** Null while they have access. */
  deactivatedAt: Date | null;
  /** Open or snoozed conversations assigned to them. */
  openConversations: number;
};

/** A page of everybody who is or was a member: those with access first, by name. */
export async function members(tx: InstanceTransaction, page: PageRequest): Promise<Page<Member>> {
  const query = tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .select((eb) => [
      'users.id',
      'users.name',
      'users.email',
      'users.twoFactorEnabled as twoFactor',
      'membership.role',
      'membership.createdAt as since',
      'membership.deactivatedAt',
      eb
        .selectFrom('conversation')
        .whereRef('conversation.assigneeId', '=', 'users.id')
        .where('status', '<>', 'done')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('open'),
    ]);
  const byName: Order = {
    by: [
      [sql`(membership.deactivated_at is not null)`, 'boolean'],
      ['users.name', 'text'],
      ['users.id', 'uuid'],
    ],
    direction: 'asc',
  };
  const { rows, next } = await selectPage(query, byName, page);
  return { rows: rows.map(({ open, ...row }) => ({ ...row, openConversations: open ?? 0 })), next };
}

/** Changes a member's role. Throws a problem for the last admin. */
export async function changeRole(
  tx: InstanceTransaction,
  { userId, role, actor }: { userId: string; role: Role; actor: Actor },
): Promise<void> {
  const { member, otherAdmins } = await lockMember(tx, userId);
  if (member.deactivatedAt) throw new ProblemError(memberInactive);
  if (member.role === role) return;
  if (role !== 'admin') assertAdminRemains(otherAdmins);
  await updateMembership(tx, userId, { role });
  await audit(tx, actor, {
    action: 'user.role-changed',
    subject: member.email,
    before: { role: member.role },
    after: { role },
  });
  recordEvent(tx, { type: 'people.changed', data: { userId } }, actor.id);
}

/** Removes a member's access; what they wrote stays. Throws a problem for the last admin. */
export async function deactivate(
  tx: InstanceTransaction,
  { userId, actor, now }: { userId: string; actor: Actor; now: Date },
): Promise<void> {
  const { member, otherAdmins } = await lockMember(tx, userId);
  if (member.deactivatedAt) return;
  if (member.role === 'admin') assertAdminRemains(otherAdmins);
  await updateMembership(tx, userId, { deactivatedAt: now });
  await audit(tx, actor, { action: 'user.deactivated', subject: member.email });
  recordEvent(tx, { type: 'people.changed', data: { userId } }, actor.id);
}

/** Gives a member access again, in their earlier role. */
export async function reactivate(
  tx: InstanceTransaction,
  { userId, actor }: { userId: string; actor: Actor },
): Promise<void> {
  const { member } = await lockMember(tx, userId);
  if (!member.deactivatedAt) return;
  await updateMembership(tx, userId, { deactivatedAt: null });
  await audit(tx, actor, { action: 'user.reactivated', subject: member.email, after: { role: member.role } });
  recordEvent(tx, { type: 'people.changed', data: { userId } }, actor.id);
}

/** Throws a problem unless an admin is left who can sign in as the organization requires. */
function assertAdminRemains(admins: Array<{ canSignIn: boolean }>): void {
  if (admins.length === 0) throw new ProblemError(lastAdmin);
  if (!admins.some(({ canSignIn }) => canSignIn)) throw new ProblemError(lastAdminWhoCanSignIn);
}

/**
 * A member and the other admins with access. The admins stay locked until the end of the transaction: of two admins
 * who demote each other at the same time, the second sees that they are the last.
 */
async function lockMember(tx: InstanceTransaction, userId: string) {
  await lockAdmins(tx);
  const rows = await asDeployment(tx, () =>
    tx.sql
      .selectFrom('membership')
      .innerJoin('users', 'users.id', 'membership.userId')
      .leftJoin('instanceSetting as setting', 'setting.instanceId', 'membership.instanceId')
      .where('membership.instanceId', '=', tx.instanceId)
      .select([
        ...(['membership.userId', 'membership.role', 'membership.deactivatedAt'] as const),
        ...(['users.email', 'users.name'] as const),
        sql<boolean>`setting.required_sign_in is null or exists (
          select from sign_in_identity i where i.user_id = users.id and i.provider = setting.required_sign_in
            and (setting.sign_in_domains = '{}' or i.hosted_domain = any(setting.sign_in_domains))
        )`.as('canSignIn'),
      ])
      .execute(),
  );
  const member = rows.find((one) => one.userId === userId);
  if (!member) throw new ProblemError(noSuchMember);
  const admins = rows.filter(({ role, deactivatedAt }) => role === 'admin' && !deactivatedAt);
  return { member, otherAdmins: admins.filter((one) => one.userId !== userId) };
}

/** Not for update: that lock would wait for every insert whose foreign key refers to the instance. */
async function lockAdmins(tx: InstanceTransaction): Promise<void> {
  await asDeployment(tx, () =>
    tx.sql.selectFrom('instance').where('id', '=', tx.instanceId).select('id').forNoKeyUpdate().execute(),
  );
}

async function updateMembership(
  tx: InstanceTransaction,
  userId: string,
  values: { role?: Role; deactivatedAt?: Date | null },
): Promise<void> {
  await asDeployment(tx, () =>
    tx.sql
      .updateTable('membership')
      .set(values)
      .where('instanceId', '=', tx.instanceId)
      .where('userId', '=', userId)
      .execute(),
  );
}

export const noSuchMember = createProblem(404, 'no-such-person');
const lastAdmin = createProblem(409, 'last-admin');
const lastAdminWhoCanSignIn = createProblem(409, 'last-admin-who-can-sign-in');
const memberInactive = createProblem(409, 'deactivated');
