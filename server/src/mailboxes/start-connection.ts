import { createHash } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import { type Refusal, Refused } from '../errors.ts';
import { authorizationUrl, newSignInProof } from '../google/oauth.ts';
import { type ConnectingNeeds, redirectUri } from './connection-deps.ts';
import { noSuchMailbox } from './connection-problems.ts';
import { sealProof } from './connection-secrets.ts';

/** How long a sign-in at Google may take, and then the form, in milliseconds. */
const signInLasts = 10 * 60_000;
export const formLasts = 60 * 60_000;

/** The admin at a browser: both must be the same when Google sends it back. */
export type Browser = { userId: string; sessionId: string };

/**
 * Starts connecting an address (C3), or reconnecting `mailboxId` (C12). The state names the instance,
 * so that Google's way back finds it; the rest of it is random, and only its hash is stored.
 */
export async function startConnection(
  needs: Pick<ConnectingNeeds, 'sealer' | 'google' | 'url'>,
  tx: InstanceTransaction,
  options: { browser: Browser; mailboxId: string | null; now: Date },
): Promise<{ id: string; authorizationUrl: string }> {
  const { browser, mailboxId, now } = options;
  const mailbox = mailboxId === null ? null : await mailboxToReconnect(tx, mailboxId);
  const id = uuid();
  const random = newSignInProof();
  const proof = { ...random, state: `${tx.instanceId}.${random.state}` };
  await tx.sql
    .insertInto('connection')
    .values({
      instanceId: tx.instanceId,
      id,
      userId: browser.userId,
      sessionId: browser.sessionId,
      mailboxId,
      stateHash: hashOf(proof.state),
      secrets: await sealProof(needs.sealer, id, proof),
      state: 'waiting',
      expiresAt: new Date(now.getTime() + signInLasts),
    })
    .execute();
  return {
    id,
    authorizationUrl: authorizationUrl(needs.google, {
      redirectUri: redirectUri(needs.url),
      proof,
      loginHint: mailbox?.address,
    }),
  };
}

/** What a state is stored as. */
export function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('base64url');
}

/** The instance a state names, or null for what is no state of ours. */
export function instanceOfState(state: string): string | null {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/.exec(state)?.[1] ?? null;
}

async function mailboxToReconnect(tx: InstanceTransaction, id: string): Promise<{ address: string }> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .select('address')
    .executeTakeFirst();
  if (!mailbox) throw new Refused(noSuchMailbox satisfies Refusal);
  return mailbox;
}
