import { type Actor, audit } from '../audit/record.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import type { Refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import type { Tokens } from '../google/oauth.ts';
import { getProfile } from '../google/profile.ts';
import type { Sealer } from '../google/seal.ts';
import { tokenMarks } from '../google/security-events.ts';
import { listSendAs } from '../google/send-as.ts';
import { takeUpMailbox } from './connect-mailbox.ts';
import type { ConnectingNeeds } from './connection-deps.ts';
import * as refusals from './connection-problems.ts';
import { openTokens, openWithTokens } from './connection-secrets.ts';
import { grantPurpose } from './gmail-access.ts';
import { aloneWithAccount, connectedIn, nameFor } from './google-accounts.ts';
import { setRefused } from './oauth-callback.ts';
import { giveBack } from './revoke-abandoned.ts';
import { type MailboxSettings, templateRefusal } from './settings.ts';

export type SaveOutcome = { kind: 'saved'; mailboxId: string } | { kind: 'refused'; refusal: Refusal };

/**
 * Saves an authorised connection (C7): from here on the mailbox receives, beginning at the cursor
 * Gmail names now (C8). `onConnected` runs in the same transaction, for what others start with it.
 */
export async function saveConnection(
  needs: ConnectingNeeds,
  at: { instanceId: string; connectionId: string },
  options: {
    settings: MailboxSettings;
    actor: Actor;
    now: Date;
    onConnected: (tx: InstanceTransaction, mailboxId: string) => Promise<void>;
  },
): Promise<SaveOutcome> {
  const { actor, now } = options;
  const refused = (refusal: Refusal): SaveOutcome => ({ kind: 'refused', refusal });
  const found = await needs.database.inInstance(at.instanceId, (tx) => authorised(tx, at, actor.id));
  if (!found) return refused(refusals.noSuchConnection);
  const { state, tokens: sealed, googleSub, address } = found;
  if (state === 'authorised' && found.expiresAt <= now) return refused(refusals.connectionExpired);
  if (state !== 'authorised' || !sealed || !googleSub || !address) return refused(refusals.notAuthorised);
  const tokens = await openTokens(needs.sealer, at.connectionId, sealed);
  if (!tokens) return refused(refusals.notAuthorised);

  const account = { googleSub, address };
  const outcome = await aloneWithAccount(needs.locks, googleSub, () =>
    takeUp(needs, at, account, tokens, options),
  );
  if (outcome.kind === 'refused' && outcome.refusal.status === 409) await giveBack(needs, at);
  return outcome;
}

async function takeUp(
  needs: ConnectingNeeds,
  at: { instanceId: string; connectionId: string },
  account: { googleSub: string; address: string },
  tokens: Tokens,
  options: Parameters<typeof saveConnection>[2],
): Promise<SaveOutcome> {
  const { settings, actor, now, onConnected } = options;
  const refused = (refusal: Refusal): SaveOutcome => ({ kind: 'refused', refusal });
  const gmail = openWithTokens(needs, at.connectionId, tokens);
  const [profile, sendAs] = [await getProfile(gmail), await listSendAs(gmail)];
  if (profile.kind !== 'ok') return refused(refusals.googleFailed(profile));
  if (sendAs.kind !== 'ok') return refused(refusals.googleFailed(sendAs));
  // The earlier of two clocks: no message after this moment may seem older than it.
  const begins = new Date(Math.min(now.getTime(), profile.value.asked?.getTime() ?? now.getTime()));
  try {
    return await needs.database.inInstance(at.instanceId, async (tx): Promise<SaveOutcome> => {
      const refusal = await templateRefusal(tx, settings.templateId);
      if (refusal) return refused(refusal);
      // Taken first: of two saves of the same connection, the second finds it saved.
      const mine = await tx.sql
        .updateTable('connection')
        .set({ state: 'saved', tokens: null })
        .where('id', '=', at.connectionId)
        .where('state', '=', 'authorised')
        .returning('mailboxId')
        .executeTakeFirst();
      if (!mine) return refused(refusals.notAuthorised);
      if (mine.mailboxId === null && (await isConnected(tx, account.googleSub))) throw new TakenMeanwhile();
      const { id: mailboxId, was } = await takeUpMailbox(tx, {
        ...account,
        settings,
        sendAs: sendAs.value,
        cursor: profile.value.historyId,
        now: begins,
      });
      await storeGrant(tx, needs.sealer, mailboxId, tokens, now);
      await onConnected(tx, mailboxId);
      await audit(tx, actor, {
        action: was === 'listed' ? 'mailbox.reconnected' : 'mailbox.connected',
        subject: account.address,
        after: settings,
      });
      record(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
      record(tx, { type: 'connection.changed', data: { connectionId: at.connectionId } }, actor.id);
      return { kind: 'saved', mailboxId };
    });
  } catch (error) {
    if (!isTaken(error)) throw error;
    // Another admin, or another tab, finished first (C6).
    const where = await connectedIn(needs.deployment, account.googleSub);
    const refusal =
      where === at.instanceId
        ? refusals.alreadyConnected(account.address)
        : refusals.connectedElsewhere(account.address, await nameFor(needs.deployment, actor.id, where));
    await needs.database.inInstance(at.instanceId, (tx) => setRefused(tx, at.connectionId, refusal));
    return refused(refusal);
  }
}

function authorised(tx: InstanceTransaction, { connectionId }: { connectionId: string }, userId: string) {
  return tx.sql
    .selectFrom('connection')
    .where('id', '=', connectionId)
    .where('userId', '=', userId)
    .select(['state', 'expiresAt', 'tokens', 'googleSub', 'address'])
    .executeTakeFirst();
}

async function storeGrant(
  tx: InstanceTransaction,
  sealer: Sealer,
  mailboxId: string,
  tokens: Tokens,
  now: Date,
): Promise<void> {
  const grant = {
    refreshToken: await sealer.seal(tokens.refreshToken, grantPurpose(mailboxId)),
    accessToken: await sealer.seal(tokens.accessToken, grantPurpose(mailboxId)),
    accessTokenExpiresAt: tokens.accessTokenExpiresAt,
    scope: tokens.scope,
    grantedAt: now,
    refreshedAt: null,
    tokenMarks: tokenMarks(tokens.refreshToken),
  };
  await tx.sql
    .insertInto('mailboxGrant')
    .values({ instanceId: tx.instanceId, mailboxId, ...grant })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet(grant))
    .execute();
}

/** Undoes a save whose address was connected in this instance since its sign-in. */
class TakenMeanwhile extends Error {}

async function isConnected(tx: InstanceTransaction, googleSub: string): Promise<boolean> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', googleSub)
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .select('id')
    .executeTakeFirst();
  return mailbox !== undefined;
}

function isTaken(error: unknown): boolean {
  if (error instanceof TakenMeanwhile) return true;
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && /^mailbox_(one_per_google_account|google_sub)$/.test(constraint ?? '');
}
