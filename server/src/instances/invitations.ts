import type { Kysely } from 'kysely';
import { v7 as uuid } from 'uuid';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { Role } from '../database/column-types.ts';
import type { Deployment } from '../database/connect.ts';
import type { Schema } from '../database/generated/schema.ts';
import { asDeployment, type Database, type InstanceTransaction } from '../database/instance-transaction.ts';
import { byColumn, type Page, type PageRequest, selectPage } from '../database/paging.ts';
import { recordEvent } from '../events/record-event.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { assignRole } from './instances.ts';
import { findPasswordProblem } from './passwords.ts';
import { createUser, type SignIn } from './sign-in.ts';
import { hashOf, newToken } from './tokens.ts';

/** How long an invitation is valid (ms). */
const validityMs = 7 * 24 * 3_600_000;

export type InvitationView = {
  id: string;
  email: string;
  role: Role;
  /** The address it was sent from; null if the admin passes the link on. */
  sentFrom: string | null;
  createdAt: Date;
  expiresAt: Date;
};

/** A page of the invitations that are open, or expired and can be sent again; newest first. */
export function pendingInvitations(
  tx: InstanceTransaction,
  page: PageRequest,
): Promise<Page<InvitationView>> {
  return selectPage(selectPending(tx), byColumn('createdAt', 'time', 'desc'), page);
}

/** One of them. */
export function pendingInvitation(tx: InstanceTransaction, id: string): Promise<InvitationView> {
  return selectPending(tx).where('id', '=', id).executeTakeFirstOrThrow();
}

const selectPending = (tx: InstanceTransaction) =>
  tx.sql
    .selectFrom('invitation')
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .select(['id', 'email', 'role', 'sentFrom', 'createdAt', 'expiresAt']);

/**
 * Invites a person and returns the token of the link, which is stored only as a hash. Throws a problem if
 * they are a member or already invited.
 */
export async function invite(
  tx: InstanceTransaction,
  { email, role, actor, now }: { email: string; role: Role; actor: Actor; now: Date },
): Promise<{ id: string; token: string }> {
  const address = email.toLowerCase();
  const membership = await tx.sql
    .selectFrom('membership')
    .innerJoin('users', 'users.id', 'membership.userId')
    .where('users.email', '=', address)
    .select('membership.deactivatedAt')
    .executeTakeFirst();
  if (membership) throw new ProblemError(membership.deactivatedAt ? memberDeactivated : alreadyMember);
  const { token, hash } = newToken();
  const id = uuid();
  const inserted = await tx.sql
    .insertInto('invitation')
    .values({
      instanceId: tx.instanceId,
      id,
      email: address,
      role,
      tokenHash: hash,
      invitedBy: actor.id,
      sentFrom: null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + validityMs),
      acceptedAt: null,
      revokedAt: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) throw new ProblemError(alreadyInvited);
  await audit(tx, actor, { action: 'user.invited', subject: address, after: { role } });
  recordEvent(tx, { type: 'people.changed', data: {} }, actor.id);
  return { id, token };
}

/** Creates a new link for an invitation; the earlier one becomes invalid. */
export async function renewInvitation(
  tx: InstanceTransaction,
  { id, actor, now }: { id: string; actor: Actor; now: Date },
): Promise<{ id: string; token: string }> {
  const { token, hash } = newToken();
  const expiresAt = new Date(now.getTime() + validityMs);
  const changed = await updatePendingInvitation(tx, id, { tokenHash: hash, expiresAt, sentFrom: null });
  await audit(tx, actor, { action: 'user.invited-again', subject: changed.email });
  recordEvent(tx, { type: 'people.changed', data: {} }, actor.id);
  return { id, token };
}

/** Revokes an invitation; its link becomes invalid. */
export async function revokeInvitation(
  tx: InstanceTransaction,
  { id, actor, now }: { id: string; actor: Actor; now: Date },
): Promise<void> {
  const changed = await updatePendingInvitation(tx, id, { revokedAt: now });
  await audit(tx, actor, { action: 'user.invitation-revoked', subject: changed.email });
  recordEvent(tx, { type: 'people.changed', data: {} }, actor.id);
}

/** Stores the address an invitation was sent from. */
export async function recordSentFrom(tx: InstanceTransaction, id: string, sentFrom: string): Promise<void> {
  await updatePendingInvitation(tx, id, { sentFrom });
}

async function updatePendingInvitation(
  tx: InstanceTransaction,
  id: string,
  values: Partial<{ tokenHash: string; expiresAt: Date; sentFrom: string | null; revokedAt: Date }>,
) {
  const changed = await tx.sql
    .updateTable('invitation')
    .set(values)
    .where('id', '=', id)
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning(['id', 'email', 'role', 'expiresAt'])
    .executeTakeFirst();
  if (!changed) throw new ProblemError(noSuchInvitation);
  return changed;
}

/** The language of the user with this address (lower case); null if unknown. */
export async function languageOf({ sql }: Deployment, email: string): Promise<string | null> {
  const user = await sql.selectFrom('users').where('email', '=', email).select('language').executeTakeFirst();
  return user?.language ?? null;
}

/** An invitation as the person with the link sees it. */
export type Invitation = {
  instanceId: string;
  instance: string;
  slug: string;
  id: string;
  email: string;
  role: Role;
  /** They sign in to join, instead of choosing a password. */
  hasAccount: boolean;
};

/** The invitation of a link. Throws a problem if the link is invalid. */
export async function invitationOf(deployment: Deployment, token: string): Promise<Invitation> {
  const found = await deployment.sql
    .selectFrom('invitation')
    .innerJoin('instance', 'instance.id', 'invitation.instanceId')
    .leftJoin('users', 'users.email', 'invitation.email')
    .where('tokenHash', '=', hashOf(token))
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', new Date())
    .where('instance.deletedAt', 'is', null)
    .select([
      'invitation.instanceId',
      'instance.name as instance',
      'instance.slug',
      'invitation.id',
      'invitation.email',
      'invitation.role',
      'users.id as userId',
    ])
    .executeTakeFirst();
  if (!found) throw new ProblemError(invitationInvalid);
  const { userId, ...invitation } = found;
  return { ...invitation, hasAccount: userId !== null };
}

/**
 * Creates the invited person's account and membership, once. Without a password (null), `onCreated` adds another way to
 * sign in, in the same transaction. Throws a problem.
 */
export async function acceptInvitation(
  { deployment, database, signIn }: { deployment: Deployment; database: Database; signIn: SignIn },
  {
    token,
    name,
    password,
    ipAddress,
    onCreated,
  }: {
    token: string;
    name: string;
    password: string | null;
    ipAddress: string;
    onCreated?(sql: Kysely<Schema>, userId: string): Promise<void>;
  },
): Promise<Invitation & { userId: string }> {
  const invitation = await invitationOf(deployment, token);
  const { email, instanceId } = invitation;
  const passwordError = password === null ? null : await findPasswordProblem(password, { name, email });
  if (passwordError) throw new ProblemError(passwordError);
  const userId = await database.inInstance(instanceId, async (tx) => {
    const { role } = await claimInvitation(tx, invitation, token);
    const user = await asDeployment(tx, async () => {
      const made = await createUser({ signIn, sql: tx.sql }, { email, name, password });
      if (!made.created) throw new ProblemError(accountExists);
      await onCreated?.(tx.sql, made.id);
      await assignRole(tx, { instanceId, userId: made.id, role });
      return made;
    });
    await recordJoined(tx, { id: user.id, name, ipAddress }, { email, role });
    return user.id;
  });
  return { ...invitation, userId };
}

/** Makes a signed-in user with the invited address a member, once. Throws a problem. */
export async function joinByInvitation(
  { deployment, database }: { deployment: Deployment; database: Database },
  token: string,
  user: { email: string } & Actor,
): Promise<Invitation> {
  const invitation = await invitationOf(deployment, token);
  if (invitation.email !== user.email.toLowerCase())
    throw new ProblemError(addressMismatch(invitation.email));
  const { instanceId } = invitation;
  await database.inInstance(instanceId, async (tx) => {
    const { role } = await claimInvitation(tx, invitation, token);
    await asDeployment(tx, () => assignRole(tx, { instanceId, userId: user.id, role }));
    await recordJoined(tx, user, { email: user.email, role });
  });
  return invitation;
}

/** Of two requests with the same link at once, the second fails. */
async function claimInvitation(tx: InstanceTransaction, { id }: Invitation, token: string) {
  const claimed = await tx.sql
    .updateTable('invitation')
    .set({ acceptedAt: new Date() })
    .where('id', '=', id)
    .where('tokenHash', '=', hashOf(token))
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .returning('role')
    .executeTakeFirst();
  if (!claimed) throw new ProblemError(invitationInvalid);
  return claimed;
}

async function recordJoined(
  tx: InstanceTransaction,
  actor: Actor,
  { email, role }: { email: string; role: Role },
) {
  await audit(tx, actor, { action: 'user.joined', subject: email, after: { role } });
  recordEvent(tx, { type: 'people.changed', data: { userId: actor.id } }, actor.id);
}

const alreadyMember = createProblem(409, 'already-member');
const memberDeactivated = createProblem(409, 'member-deactivated');
const alreadyInvited = createProblem(409, 'already-invited');
const noSuchInvitation = createProblem(404, 'no-such-invitation');
const invitationInvalid = createProblem(404, 'invitation-invalid');
const accountExists = createProblem(409, 'has-account');
const addressMismatch = (email: string) => createProblem(403, 'invitation-for-another', { email });
