import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { authorizationUrl, createSignInSecrets } from '../google/oauth.ts';
import { type Problem, ProblemError } from '../problems.ts';
import { type ConnectionDeps, redirectUri } from './connection-deps.ts';
import { noSuchMailbox, twoWayDisconnected } from './connection-problems.ts';
import { sealSignInSecrets } from './connection-secrets.ts';

/** How long the sign-in at Google may take, and then the form, in milliseconds. */
const signInTtlMs = 10 * 60_000;
export const formTtlMs = 60 * 60_000;

/** The admin and their session: both must be the same when Google redirects back. */
export type BrowserSession = { userId: string; sessionId: string };

/**
 * Starts connecting an address (C3), reconnecting `mailboxId` (C12), or asking for the permission of its two-way sync
 * (G2), for which it must be connected. The OAuth state names the instance,
 * so that the callback finds it; the rest is random, and only its hash is stored.
 */
export async function startConnection(
  deps: Pick<ConnectionDeps, 'sealer' | 'google' | 'url'>,
  tx: InstanceTransaction,
  options: { session: BrowserSession; mailboxId: string | null; twoWay?: boolean; now: Date },
): Promise<{ id: string; authorizationUrl: string }> {
  const { session, mailboxId, twoWay = false, now } = options;
  const mailbox = mailboxId === null ? null : await mailboxToReconnect(tx, mailboxId);
  if (twoWay && !mailbox) throw new ProblemError(noSuchMailbox);
  if (twoWay && mailbox?.disconnectedAt) throw new ProblemError(twoWayDisconnected);
  const id = uuid();
  const baseSecrets = createSignInSecrets();
  const secrets = { ...baseSecrets, state: `${tx.instanceId}.${baseSecrets.state}` };
  await tx.sql
    .insertInto('connection')
    .values({
      instanceId: tx.instanceId,
      id,
      userId: session.userId,
      sessionId: session.sessionId,
      mailboxId,
      twoWay,
      stateHash: hashState(secrets.state),
      secrets: await sealSignInSecrets(deps.sealer, id, secrets),
      state: 'waiting',
      expiresAt: new Date(now.getTime() + signInTtlMs),
    })
    .execute();
  return {
    id,
    authorizationUrl: authorizationUrl(deps.google, {
      redirectUri: redirectUri(deps.url),
      secrets,
      loginHint: mailbox?.address,
      twoWay: twoWay ? 'add' : mailbox?.twoWay ? 'keep' : undefined,
    }),
  };
}

/** The stored form of a state. */
export function hashState(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

/** The instance that a state names; null if it is not one of ours. */
export function instanceIdOfState(state: string): string | null {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/.exec(state)?.[1] ?? null;
}

async function mailboxToReconnect(tx: InstanceTransaction, id: string) {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .select(['address', 'twoWay', 'disconnectedAt'])
    .executeTakeFirst();
  if (!mailbox) throw new ProblemError(noSuchMailbox satisfies Problem);
  return mailbox;
}
