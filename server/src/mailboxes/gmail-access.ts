import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import { type AccessToken, accessToken, type GrantStore } from '../google/access-token.ts';
import type { GoogleClientConfig } from '../google/config.ts';
import { type Gmail, openGmail } from '../google/gmail.ts';
import type { GmailQuota, Priority } from '../google/quota.ts';
import type { Sealer } from '../google/seal.ts';

/** Opens a mailbox at Gmail with its stored tokens. */
export type GmailAccess = (
  mailbox: { instanceId: string; mailboxId: string },
  options: { priority: Priority; signal?: AbortSignal },
) => Gmail;

/** What a mailbox's tokens are sealed for: they open for no other mailbox. */
export function grantPurpose(mailboxId: string): string {
  return `mailbox ${mailboxId}`;
}

/** Wires Gmail to the stored grants; `google` null means no Google client is configured. */
export function openGmailAccess(needs: {
  database: Database;
  locks: Locks;
  google: GoogleClientConfig;
  sealer: Sealer;
  quota: GmailQuota;
}): GmailAccess {
  const { database, locks, google, sealer, quota } = needs;
  /** Sends follow each other closely, each with a Gmail of its own. */
  const ofSends = new Map<string, ReturnType<typeof kept>>();
  return ({ instanceId, mailboxId }, { priority, signal }) => {
    const store: GrantStore = {
      purpose: grantPurpose(mailboxId),
      load: () =>
        database.inInstance(instanceId, async (tx) => {
          const row = await tx.sql
            .selectFrom('mailboxGrant')
            .where('mailboxId', '=', mailboxId)
            .select(['refreshToken', 'accessToken', 'accessTokenExpiresAt'])
            .executeTakeFirst();
          return row ?? null;
        }),
      saveAccessToken: (of, sealed, expiresAt) =>
        database.inInstance(instanceId, async (tx) => {
          await tx.sql
            .updateTable('mailboxGrant')
            .set({ accessToken: sealed, accessTokenExpiresAt: expiresAt, refreshedAt: new Date() })
            .where('mailboxId', '=', mailboxId)
            .where('refreshToken', '=', of)
            .execute();
        }),
      withRefreshLock: (work) => locks.ifFree(`refresh ${mailboxId}`, work),
    };
    const open = (rejected?: string) => accessToken(google, sealer, store, { rejected, signal });
    return openGmail({
      config: google,
      mailbox: mailboxId,
      quota,
      priority,
      signal,
      token: priority === 'send' ? shared(ofSends, mailboxId, open) : kept(open),
    });
  };
}

/** How long an opened token is used without looking at the stored one again (ms). */
const keptFor = 5_000;

/** Of many mailboxes: more are forgotten and opened anew. */
const sharedAtMost = 1_000;

/** The same token for whoever sends from a mailbox in these seconds. */
function shared(
  all: Map<string, ReturnType<typeof kept>>,
  mailboxId: string,
  open: (rejected?: string) => Promise<AccessToken>,
): (rejected?: string) => Promise<AccessToken> {
  return async (rejected) => {
    const known = rejected === undefined ? all.get(mailboxId) : undefined;
    // Whoever opened it may have been stopped meanwhile; then this one opens its own.
    const token = known && (await known().catch(() => null));
    if (token?.kind === 'token') return token;
    if (all.size >= sharedAtMost) all.clear();
    const mine = kept(open);
    all.set(mailboxId, mine);
    return mine(rejected);
  };
}

/** Opens a token once for the calls that follow each other closely; one that Gmail rejected is asked for anew. */
function kept(
  open: (rejected?: string) => Promise<AccessToken>,
): (rejected?: string) => Promise<AccessToken> {
  let last: { token: Promise<AccessToken>; at: number } | null = null;
  return async (rejected) => {
    const now = performance.now();
    if (rejected !== undefined || !last || now - last.at > keptFor) last = { token: open(rejected), at: now };
    const { token } = last;
    const answer = await token.catch((error) => {
      last = null;
      throw error;
    });
    if (answer.kind !== 'token') last = null;
    return answer;
  };
}
