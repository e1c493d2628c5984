import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import { type AccessToken, accessToken, type GrantStore, type SealedGrant } from '../google/access-token.ts';
import type { GoogleClientConfig } from '../google/config.ts';
import { type Gmail, openGmail } from '../google/gmail.ts';
import type { GmailQuota, Priority } from '../google/quota.ts';
import { allowsModify } from '../google/scopes.ts';
import type { Sealer } from '../google/seal.ts';
import type { MailboxRef } from './mailbox-ref.ts';
import { stopTwoWay } from './two-way.ts';

/** Opens a mailbox at Gmail with its stored tokens. */
export type GmailAccess = (
  mailbox: MailboxRef,
  /** `grant`: its tokens, if they were read a moment ago. */
  options: { priority: Priority; signal?: AbortSignal; grant?: SealedGrant },
) => Gmail;

/** The purpose a mailbox's tokens are sealed for: they cannot be opened for another mailbox. */
export function grantPurpose(mailboxId: string): string {
  return `mailbox ${mailboxId}`;
}

/** Connects the Gmail client with the stored tokens of each mailbox. */
export function openGmailAccess(deps: {
  database: Database;
  locks: Locks;
  google: GoogleClientConfig;
  sealer: Sealer;
  quota: GmailQuota;
}): GmailAccess {
  const { database, locks, google, sealer, quota } = deps;
  /** Sends follow each other closely, each with its own Gmail client. */
  const sendTokens = new Map<string, ReturnType<typeof cachedToken>>();
  return ({ instanceId, mailboxId }, { priority, signal, grant }) => {
    let given = grant ?? null;
    const store: GrantStore = {
      purpose: grantPurpose(mailboxId),
      load: async () => {
        if (given) {
          const first = given;
          given = null;
          return first;
        }
        return database.inInstance(instanceId, async (tx) => {
          const row = await tx.sql
            .selectFrom('mailboxGrant')
            .where('mailboxId', '=', mailboxId)
            .select(['refreshToken', 'accessToken', 'accessTokenExpiresAt'])
            .executeTakeFirst();
          return row ?? null;
        });
      },
      saveAccessToken: (refreshToken, sealed, expiresAt, scope) =>
        database.inInstance(instanceId, async (tx) => {
          const saved = await tx.sql
            .updateTable('mailboxGrant')
            .set({
              accessToken: sealed,
              accessTokenExpiresAt: expiresAt,
              refreshedAt: new Date(),
              ...(scope && { scope }),
            })
            .where('mailboxId', '=', mailboxId)
            .where('refreshToken', '=', refreshToken)
            .returning('mailboxId')
            .executeTakeFirst();
          if (saved && scope && !allowsModify(scope)) await stopTwoWay(tx, mailboxId);
        }),
      withRefreshLock: (work) => locks.tryLock(`refresh ${mailboxId}`, work),
    };
    const open = (rejected?: string) => accessToken(google, sealer, store, { rejected, signal });
    return openGmail({
      config: google,
      mailbox: mailboxId,
      quota,
      priority,
      signal,
      token: priority === 'send' ? sharedToken(sendTokens, mailboxId, open) : cachedToken(open),
    });
  };
}

/** How long an opened token is reused before the stored one is read again (ms). */
const tokenCacheMs = 5_000;

/** Beyond this number of mailboxes the cache is cleared. */
const maxSharedTokens = 1_000;

/** One token for all sends of a mailbox within a few seconds. */
function sharedToken(
  all: Map<string, ReturnType<typeof cachedToken>>,
  mailboxId: string,
  open: (rejected?: string) => Promise<AccessToken>,
): (rejected?: string) => Promise<AccessToken> {
  return async (rejected) => {
    const current = rejected === undefined ? all.get(mailboxId) : undefined;
    // The sync that opened it may have been stopped; then this one opens its own.
    const token = current && (await current().catch(() => null));
    if (token?.kind === 'token') return token;
    if (all.size >= maxSharedTokens) all.clear();
    const ownToken = cachedToken(open);
    all.set(mailboxId, ownToken);
    return ownToken(rejected);
  };
}

/** Opens a token once for calls that follow each other closely; after a rejection it opens a new one. */
function cachedToken(
  open: (rejected?: string) => Promise<AccessToken>,
): (rejected?: string) => Promise<AccessToken> {
  let last: { token: Promise<AccessToken>; openedAt: number } | null = null;
  return async (rejected) => {
    const now = performance.now();
    if (rejected !== undefined || !last || now - last.openedAt > tokenCacheMs)
      last = { token: open(rejected), openedAt: now };
    const { token } = last;
    const answer = await token.catch((error) => {
      last = null;
      throw error;
    });
    if (answer.kind !== 'token') last = null;
    return answer;
  };
}
