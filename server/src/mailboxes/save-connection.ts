import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import type { Tokens } from '../google/oauth.ts';
import { getProfile } from '../google/profile.ts';
import { listSendAs } from '../google/send-as.ts';
import type { Problem } from '../problems.ts';
import { connectMailbox } from './connect-mailbox.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import * as problems from './connection-problems.ts';
import { openGmailWithTokens, openTokens } from './connection-secrets.ts';
import { instanceNameFor, instanceOfAccount, withAccountLock } from './google-accounts.ts';
import { setRefused } from './oauth-callback.ts';
import { revokeAbandoned } from './revoke-abandoned-connections.ts';
import { type MailboxSettings, templateProblem } from './settings.ts';
import { storeGrant } from './store-grant.ts';
import { checkTwoWay } from './two-way.ts';

export type SaveOutcome = { kind: 'saved'; mailboxId: string } | { kind: 'refused'; problem: Problem };

/**
 * Saves an authorised connection (C7): from now on the mailbox receives, from Gmail's current historyId (C8).
 * `onConnected` runs in the same transaction, for work that starts with it.
 */
export async function saveConnection(
  deps: ConnectionDeps,
  connectionRef: { instanceId: string; connectionId: string },
  options: {
    settings: MailboxSettings;
    actor: Actor;
    now: Date;
    onConnected: (tx: InstanceTransaction, mailboxId: string) => Promise<void>;
  },
): Promise<SaveOutcome> {
  const { actor, now } = options;
  const fail = (problem: Problem): SaveOutcome => ({ kind: 'refused', problem });
  const found = await deps.database.inInstance(connectionRef.instanceId, (tx) =>
    findConnection(tx, connectionRef, actor.id),
  );
  if (!found) return fail(problems.noSuchConnection);
  const { state, tokens: sealedTokens, googleSub, address } = found;
  if (state === 'authorised' && found.expiresAt <= now) return fail(problems.connectionExpired);
  if (state !== 'authorised' || !sealedTokens || !googleSub || !address) return fail(problems.notAuthorised);
  const tokens = await openTokens(deps.sealer, connectionRef.connectionId, sealedTokens);
  if (!tokens) return fail(problems.notAuthorised);

  const account = { googleSub, address };
  const outcome = await withAccountLock(deps.locks, googleSub, () =>
    saveMailbox(deps, connectionRef, account, tokens, options),
  );
  if (outcome.kind === 'refused' && outcome.problem.status === 409)
    await revokeAbandoned(deps, connectionRef);
  return outcome;
}

async function saveMailbox(
  deps: ConnectionDeps,
  connectionRef: { instanceId: string; connectionId: string },
  account: { googleSub: string; address: string },
  tokens: Tokens,
  options: Parameters<typeof saveConnection>[2],
): Promise<SaveOutcome> {
  const { settings, actor, now, onConnected } = options;
  const fail = (problem: Problem): SaveOutcome => ({ kind: 'refused', problem });
  const gmail = openGmailWithTokens(deps, connectionRef.connectionId, tokens);
  const [profile, sendAs] = [await getProfile(gmail), await listSendAs(gmail)];
  if (profile.kind !== 'ok') return fail(problems.googleProblem(profile));
  if (sendAs.kind !== 'ok') return fail(problems.googleProblem(sendAs));
  // The earlier of two clocks: no message after this moment may appear older.
  const connectedAt = new Date(Math.min(now.getTime(), profile.value.serverDate?.getTime() ?? now.getTime()));
  try {
    return await deps.database.inInstance(connectionRef.instanceId, async (tx): Promise<SaveOutcome> => {
      const problem = await templateProblem(tx, settings.templateId);
      if (problem) return fail(problem);
      // Locked first: of two saves of the same connection, the second finds it saved.
      const claimed = await tx.sql
        .updateTable('connection')
        .set({ state: 'saved', tokens: null })
        .where('id', '=', connectionRef.connectionId)
        .where('state', '=', 'authorised')
        .returning('mailboxId')
        .executeTakeFirst();
      if (!claimed) return fail(problems.notAuthorised);
      if (claimed.mailboxId === null && (await isConnected(tx, account.googleSub)))
        throw new ConnectedMeanwhile();
      const { id: mailboxId, previously } = await connectMailbox(tx, {
        ...account,
        settings,
        sendAs: sendAs.value,
        cursor: profile.value.historyId,
        now: connectedAt,
      });
      await storeGrant(tx, deps.sealer, mailboxId, tokens, now);
      await checkTwoWay(tx, mailboxId, tokens.scope);
      await onConnected(tx, mailboxId);
      await audit(tx, actor, {
        action: previously === 'listed' ? 'mailbox.reconnected' : 'mailbox.connected',
        subject: account.address,
        after: settings,
      });
      recordEvent(tx, { type: 'mailbox.changed', data: { mailboxId } }, actor.id);
      recordEvent(
        tx,
        { type: 'connection.changed', data: { connectionId: connectionRef.connectionId } },
        actor.id,
      );
      return { kind: 'saved', mailboxId };
    });
  } catch (error) {
    if (!isAlreadyConnected(error)) throw error;
    // Another admin, or another tab, finished first (C6).
    const connectedInstanceId = await instanceOfAccount(deps.deployment, account.googleSub);
    const problem =
      connectedInstanceId === connectionRef.instanceId
        ? problems.alreadyConnected(account.address)
        : problems.connectedElsewhere(
            account.address,
            await instanceNameFor(deps.deployment, actor.id, connectedInstanceId),
          );
    await deps.database.inInstance(connectionRef.instanceId, (tx) =>
      setRefused(tx, connectionRef.connectionId, problem),
    );
    return fail(problem);
  }
}

function findConnection(tx: InstanceTransaction, { connectionId }: { connectionId: string }, userId: string) {
  return tx.sql
    .selectFrom('connection')
    .where('id', '=', connectionId)
    .where('userId', '=', userId)
    .select(['state', 'expiresAt', 'tokens', 'googleSub', 'address'])
    .executeTakeFirst();
}

/** Undoes a save if its address was connected in this instance since the sign-in. */
class ConnectedMeanwhile extends Error {}

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

function isAlreadyConnected(error: unknown): boolean {
  if (error instanceof ConnectedMeanwhile) return true;
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === '23505' && /^mailbox_(one_per_google_account|google_sub)$/.test(constraint ?? '');
}
