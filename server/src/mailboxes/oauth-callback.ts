import type { InstanceTransaction } from '../database/bind.ts';
import type { Refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Answer } from '../google/errors.ts';
import { exchangeCode, type Granted, type SignInProof } from '../google/oauth.ts';
import { getProfile, type Profile } from '../google/profile.ts';
import { listSendAs } from '../google/send-as.ts';
import { whyNot } from './check-account.ts';
import { type ConnectingNeeds, redirectUri } from './connection-deps.ts';
import * as refusals from './connection-problems.ts';
import { openProof, openWithTokens, sealTokens } from './connection-secrets.ts';
import { aloneWithAccount, connectedIn, nameFor } from './google-accounts.ts';
import { giveBack } from './revoke-abandoned.ts';
import { type Browser, formLasts, hashOf, instanceOfState } from './start-connection.ts';

/** What Google sent the browser back with. */
export type Callback = { state?: string; code?: string; error?: string };

/** `stray`: no connection was touched. Otherwise the connection now says the same. */
export type CallbackOutcome =
  | { kind: 'authorised'; instanceId: string; connectionId: string }
  | { kind: 'refused'; instanceId: string; connectionId: string; refusal: Refusal }
  | { kind: 'stray'; refusal: Refusal };

/** Ends the sign-in at Google: takes the proof once, exchanges the code, judges the account. */
export async function finishSignIn(
  needs: ConnectingNeeds,
  callback: Callback,
  browser: Browser | null,
  now: Date,
): Promise<CallbackOutcome> {
  const instanceId = callback.state ? instanceOfState(callback.state) : null;
  if (!callback.state || !instanceId) return { kind: 'stray', refusal: refusals.linkUnknown };
  const hash = hashOf(callback.state);
  const claim = await needs.database.inInstance(instanceId, (tx) => takeOnce(tx, hash, browser, now));
  if (claim.kind === 'stray') return claim;
  const at = { instanceId, connectionId: claim.connectionId };

  const refuse = async (refusal: Refusal): Promise<CallbackOutcome> => {
    await needs.database.inInstance(instanceId, (tx) => setRefused(tx, at.connectionId, refusal));
    return { kind: 'refused', ...at, refusal };
  };
  if (claim.refusal) return refuse(claim.refusal);
  if (callback.error) return refuse(refusals.refusedAtGoogle(callback.error));
  if (!callback.code) return refuse(refusals.linkUnknown);
  const proof = await openProof(needs.sealer, at.connectionId, claim.secrets);
  if (!proof) return refuse(refusals.linkUnknown);
  const granted = await exchange(needs, callback.code, proof, now);
  if (granted.kind !== 'ok') return refuse(refusals.googleFailed(granted));
  return judge(needs, { ...at, userId: claim.userId }, granted.value, now);
}

function exchange(needs: ConnectingNeeds, code: string, proof: SignInProof, now: Date) {
  return exchangeCode(needs.google, { code, redirectUri: redirectUri(needs.url), proof, now });
}

type Claim =
  | { kind: 'taken'; connectionId: string; userId: string; secrets: string; refusal: Refusal | null }
  | { kind: 'stray'; refusal: Refusal };

/** Takes the connection's proof away in one statement, so that a state works once. */
async function takeOnce(
  tx: InstanceTransaction,
  stateHash: string,
  browser: Browser | null,
  now: Date,
): Promise<Claim> {
  const stray = (refusal: Refusal): Claim => ({ kind: 'stray', refusal });
  const found = await tx.sql
    .selectFrom('connection')
    .where('stateHash', '=', stateHash)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
  if (!found) return stray(refusals.linkUnknown);
  if (found.userId !== browser?.userId || found.sessionId !== browser.sessionId) {
    return stray(refusals.otherBrowser);
  }
  if (found.state === 'cancelled') return stray(refusals.linkCancelled);
  if (found.state === 'expired') return stray(refusals.linkExpired);
  if (found.state !== 'waiting' || found.secrets === '') return stray(refusals.linkUsed);
  if (found.expiresAt <= now) return stray(refusals.linkExpired);
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
    secrets: found.secrets,
    refusal: admin ? null : refusals.notAdmin,
  };
}

/** Judges the account and stores the outcome, with nobody giving the same account back meanwhile. */
async function judge(
  needs: ConnectingNeeds,
  { userId, ...at }: { instanceId: string; connectionId: string; userId: string },
  granted: Granted,
  now: Date,
): Promise<CallbackOutcome> {
  const { sub } = granted.account;
  const outcome = await aloneWithAccount(needs.locks, sub, async (): Promise<CallbackOutcome> => {
    const gmail = openWithTokens(needs, at.connectionId, granted.tokens);
    // Also proves that the grant still stands: one given back a moment ago would answer 401.
    const profile: Answer<Profile> = await getProfile(gmail);
    const sendAs = profile.kind === 'ok' ? await listSendAs(gmail) : null;
    const name = sendAs?.kind === 'ok' ? (sendAs.value.find(({ isPrimary }) => isPrimary)?.name ?? '') : '';
    const connected = await connectedIn(needs.deployment, sub);
    const connectedInName = await nameFor(needs.deployment, userId, connected);
    const tokens = await sealTokens(needs.sealer, at.connectionId, granted.tokens);
    return needs.database.inInstance(at.instanceId, async (tx): Promise<CallbackOutcome> => {
      const { reconnects, here } = await mailboxesInQuestion(tx, at.connectionId, sub);
      const refusal = whyNot({
        granted,
        profile,
        allowConsumerAccounts: needs.allowConsumerAccounts,
        instanceId: at.instanceId,
        connectedIn: connected,
        connectedInName,
        reconnects,
        disconnectedHere: here?.disconnectedAt != null,
      });
      const changed = await tx.sql
        .updateTable('connection')
        .set({
          state: refusal ? 'refused' : 'authorised',
          refusal: refusal && stored(refusal),
          googleSub: sub,
          address: granted.account.email.toLowerCase(),
          googleName: name,
          sendAs: JSON.stringify(sendAs?.kind === 'ok' ? sendAs.value : []),
          tokens,
          expiresAt: new Date(now.getTime() + formLasts),
        })
        .where('id', '=', at.connectionId)
        .where('state', '=', 'waiting')
        .returning('id')
        .executeTakeFirst();
      if (!changed) {
        // Cancelled while Google was asked: kept only to be given back.
        await tx.sql
          .updateTable('connection')
          .set({ googleSub: sub, tokens })
          .where('id', '=', at.connectionId)
          .execute();
        return { kind: 'stray', refusal: refusals.linkCancelled };
      }
      record(tx, { type: 'connection.changed', data: { connectionId: at.connectionId } });
      return refusal ? { kind: 'refused', ...at, refusal } : { kind: 'authorised', ...at };
    });
  });
  if (outcome.kind !== 'authorised') await giveBack(needs, at);
  return outcome;
}

async function mailboxesInQuestion(tx: InstanceTransaction, connectionId: string, sub: string) {
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

/** Marks a connection refused, with the reason its admin is shown. */
export async function setRefused(
  tx: InstanceTransaction,
  connectionId: string,
  refusal: Refusal,
): Promise<void> {
  await tx.sql
    .updateTable('connection')
    .set({ state: 'refused', refusal: stored(refusal) })
    .where('id', '=', connectionId)
    .where('state', 'in', ['waiting', 'authorised'])
    .execute();
  record(tx, { type: 'connection.changed', data: { connectionId } });
}

function stored({ code, sentence, remedy }: Refusal): string {
  return JSON.stringify({ code, sentence, remedy });
}
