import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { GoogleResult } from '../google/errors.ts';
import { type AuthorizedAccount, exchangeCode, type SignInSecrets } from '../google/oauth.ts';
import { getProfile, type Profile } from '../google/profile.ts';
import { listSendAs } from '../google/send-as.ts';
import type { Problem } from '../problems.ts';
import { allowTwoWay } from './allow-two-way.ts';
import { accountProblem } from './check-account.ts';
import { type ConnectionDeps, redirectUri } from './connection-deps.ts';
import * as problems from './connection-problems.ts';
import { openGmailWithTokens, openSignInSecrets, sealTokens } from './connection-secrets.ts';
import { instanceNameFor, instanceOfAccount, withAccountLock } from './google-accounts.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';
import { type BrowserSession, formTtlMs, hashState, instanceIdOfState } from './start-connection.ts';

/** The query parameters of Google's redirect. */
export type OAuthCallback = { state?: string; code?: string; error?: string };

/**
 * `unmatched`: no connection was changed. `two-way`: two-way sync of this mailbox is on. Otherwise the connection has
 * the same outcome.
 */
export type OAuthCallbackOutcome =
  | { kind: 'two-way'; instanceId: string; mailboxId: string }
  | { kind: 'authorised'; instanceId: string; connectionId: string }
  | { kind: 'refused'; instanceId: string; connectionId: string; problem: Problem }
  | { kind: 'unmatched'; problem: Problem };

/** Completes the sign-in at Google: uses the stored proof once, exchanges the code, checks the account. */
export async function finishSignIn(
  deps: ConnectionDeps,
  callback: OAuthCallback,
  browser: BrowserSession | null,
  now: Date,
): Promise<OAuthCallbackOutcome> {
  const instanceId = callback.state ? instanceIdOfState(callback.state) : null;
  if (!callback.state || !instanceId) return { kind: 'unmatched', problem: problems.linkUnknown };
  const hash = hashState(callback.state);
  const claim = await deps.database.inInstance(instanceId, (tx) =>
    consumeSignInSecrets(tx, hash, browser, now),
  );
  if (claim.kind === 'unmatched') return claim;
  const connectionRef = { instanceId, connectionId: claim.connectionId };

  const fail = async (problem: Problem): Promise<OAuthCallbackOutcome> => {
    await deps.database.inInstance(instanceId, (tx) => setRefused(tx, connectionRef.connectionId, problem));
    return { kind: 'refused', ...connectionRef, problem };
  };
  if (claim.problem) return fail(claim.problem);
  if (callback.error) return fail(problems.oauthErrorProblem(callback.error));
  if (!callback.code) return fail(problems.linkUnknown);
  const secrets = await openSignInSecrets(deps.sealer, connectionRef.connectionId, claim.secrets);
  if (!secrets) return fail(problems.linkUnknown);
  const authorized = await exchange(deps, callback.code, secrets, now);
  if (authorized.kind !== 'ok') return fail(problems.googleProblem(authorized));
  const { userId, twoWay } = claim;
  return evaluateAccount(deps, { ...connectionRef, userId, twoWay }, authorized.value, now);
}

function exchange(deps: ConnectionDeps, code: string, secrets: SignInSecrets, now: Date) {
  return exchangeCode(deps.google, { code, redirectUri: redirectUri(deps.url), secrets, now });
}

type SignInClaim =
  | {
      kind: 'taken';
      connectionId: string;
      userId: string;
      twoWay: boolean;
      secrets: string;
      problem: Problem | null;
    }
  | { kind: 'unmatched'; problem: Problem };

/** Removes the connection's proof in one statement, so that a state works only once. */
async function consumeSignInSecrets(
  tx: InstanceTransaction,
  stateHash: string,
  browser: BrowserSession | null,
  now: Date,
): Promise<SignInClaim> {
  const unmatched = (problem: Problem): SignInClaim => ({ kind: 'unmatched', problem });
  const found = await tx.sql
    .selectFrom('connection')
    .where('stateHash', '=', stateHash)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (!found) return unmatched(problems.linkUnknown);
  if (found.userId !== browser?.userId || found.sessionId !== browser.sessionId) {
    return unmatched(problems.otherBrowser);
  }
  if (found.state === 'cancelled') return unmatched(problems.linkCancelled);
  if (found.state === 'expired') return unmatched(problems.linkExpired);
  if (found.state !== 'waiting' || found.secrets === '') return unmatched(problems.linkUsed);
  if (found.expiresAt <= now) return unmatched(problems.linkExpired);
  await tx.sql.updateTable('connection').set({ secrets: '' }).where('id', '=', found.id).execute();
  const admin = await tx.sql
    .selectFrom('membership')
    .where('userId', '=', found.userId)
    .where('role', '=', 'admin')
    .where('deactivatedAt', 'is', null)
    .select('userId')
    .executeTakeFirst();
  return {
    kind: 'taken',
    connectionId: found.id,
    userId: found.userId,
    twoWay: found.twoWay,
    secrets: found.secrets,
    problem: admin ? null : problems.notAdmin,
  };
}

/** Checks the account and stores the outcome, while no other process revokes the access of this account. */
async function evaluateAccount(
  deps: ConnectionDeps,
  {
    userId,
    twoWay,
    ...connectionRef
  }: { instanceId: string; connectionId: string; userId: string; twoWay: boolean },
  authorized: AuthorizedAccount,
  now: Date,
): Promise<OAuthCallbackOutcome> {
  const { sub } = authorized.account;
  const outcome = await withAccountLock(deps.locks, sub, async (): Promise<OAuthCallbackOutcome> => {
    const gmail = openGmailWithTokens(deps, connectionRef.connectionId, authorized.tokens);
    // Also proves that the grant is valid: one that was just revoked would answer 401.
    const profile: GoogleResult<Profile> = await getProfile(gmail);
    const sendAs = profile.kind === 'ok' ? await listSendAs(gmail) : null;
    const name = sendAs?.kind === 'ok' ? (sendAs.value.find(({ isPrimary }) => isPrimary)?.name ?? '') : '';
    const connectedInstanceId = await instanceOfAccount(deps.deployment, sub);
    const connectedInstanceName = await instanceNameFor(deps.deployment, userId, connectedInstanceId);
    const tokens = await sealTokens(deps.sealer, connectionRef.connectionId, authorized.tokens);
    return deps.database.inInstance(connectionRef.instanceId, async (tx): Promise<OAuthCallbackOutcome> => {
      const { reconnects, here } = await findMailboxes(tx, connectionRef.connectionId, sub);
      const problem = accountProblem({
        authorized,
        profile,
        allowConsumerAccounts: deps.allowConsumerAccounts,
        instanceId: connectionRef.instanceId,
        connectedIn: connectedInstanceId,
        connectedInName: connectedInstanceName,
        reconnects,
        twoWay,
        disconnectedHere: here?.disconnectedAt != null,
      });
      const updated = await tx.sql
        .updateTable('connection')
        .set({
          state: problem ? 'refused' : 'authorised',
          problem: problem && toStoredProblem(problem),
          googleSub: sub,
          address: authorized.account.email.toLowerCase(),
          googleName: name,
          sendAs: JSON.stringify(sendAs?.kind === 'ok' ? sendAs.value : []),
          tokens,
          expiresAt: new Date(now.getTime() + formTtlMs),
        })
        .where('id', '=', connectionRef.connectionId)
        .where('state', '=', 'waiting')
        .returning('id')
        .executeTakeFirst();
      if (!updated) {
        // Cancelled while Google was asked: stored only to be revoked.
        await tx.sql
          .updateTable('connection')
          .set({ googleSub: sub, tokens })
          .where('id', '=', connectionRef.connectionId)
          .execute();
        return { kind: 'unmatched', problem: problems.linkCancelled };
      }
      recordEvent(tx, { type: 'connection.changed', data: { connectionId: connectionRef.connectionId } });
      if (twoWay && !problem) {
        const mailboxId = await allowTwoWay(
          tx,
          deps.sealer,
          connectionRef.connectionId,
          authorized.tokens,
          now,
        );
        return { kind: 'two-way', instanceId: connectionRef.instanceId, mailboxId };
      }
      return problem
        ? { kind: 'refused', ...connectionRef, problem }
        : { kind: 'authorised', ...connectionRef };
    });
  });
  if (outcome.kind === 'refused' || outcome.kind === 'unmatched') await revokeAbandoned(deps, connectionRef);
  return outcome;
}

async function findMailboxes(tx: InstanceTransaction, connectionId: string, sub: string) {
  const reconnects = await tx.sql
    .selectFrom('connection')
    .innerJoin('mailbox', 'mailbox.id', 'connection.mailboxId')
    .where('connection.id', '=', connectionId)
    .select(['mailbox.googleSub', 'mailbox.address'])
    .executeTakeFirst();
  const here = await tx.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', sub)
    .where('deletedAt', 'is', null)
    .select('disconnectedAt')
    .executeTakeFirst();
  return { reconnects: reconnects ?? null, here };
}

/** Marks a connection refused, with the problem its admin sees. */
export async function setRefused(
  tx: InstanceTransaction,
  connectionId: string,
  problem: Problem,
): Promise<void> {
  await tx.sql
    .updateTable('connection')
    .set({ state: 'refused', problem: toStoredProblem(problem) })
    .where('id', '=', connectionId)
    .where('state', 'in', ['waiting', 'authorised'])
    .execute();
  recordEvent(tx, { type: 'connection.changed', data: { connectionId } });
}

function toStoredProblem({ code, params }: Problem): string {
  return JSON.stringify({ code, params });
}
