import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { Disconnection } from '../google/disconnections.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { markDisconnected } from '../mailboxes/health.ts';
import { catchUp } from './catch-up.ts';
import { backoff, pollInterval } from './pace.ts';
import type { Parser } from './parser.ts';
import { readOn } from './read-on.ts';
import type { Stretch, SyncedMailbox } from './stretch.ts';

export type SyncNeeds = { database: Database; locks: Locks; gmail: GmailAccess; parser: Parser };

/**
 * Reads a mailbox on from its cursor. Whatever says "look at this mailbox" ends here, and may say so
 * at any time and any number of times: one reader at a time holds the mailbox; another only leaves
 * word (sync_wanted), which the reader looks for after letting go.
 */
export async function syncMailbox(
  needs: SyncNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const turn = await needs.locks.ifFree(`sync ${at.mailboxId}`, (lockLost) =>
      readWhileThereIsMore(needs, at, AbortSignal.any([signal, lockLost])),
    );
    if (turn.kind === 'busy') {
      await setWanted(needs.database, at, true);
      // The reader may have let go before the word was left: then the turn is ours after all.
      const second = await needs.locks.ifFree(`sync ${at.mailboxId}`, async () => {});
      if (second.kind === 'busy') return;
      continue;
    }
    if (turn.result === 'stop' || signal.aborted || !(await isWanted(needs.database, at))) return;
  }
}

async function readWhileThereIsMore(
  needs: SyncNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<'again' | 'stop'> {
  const began = new Date();
  let stored = 0;
  for (;;) {
    const mailbox = await loadMailbox(needs.database, at, began);
    if (!mailbox) return 'stop';
    const gmail = needs.gmail(at, { priority: 'live', signal });
    const stretch = await readStretch({ ...needs, gmail, signal }, mailbox);
    if (stretch.kind !== 'ok') {
      if (!signal.aborted) await noteFailure(needs.database, at, stretch, began);
      return 'stop';
    }
    stored += stretch.stored;
    if (!stretch.more) break;
  }
  await noteSuccess(needs.database, at, stored > 0);
  return 'again';
}

async function readStretch(
  needs: { database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal },
  mailbox: SyncedMailbox,
): Promise<Stretch> {
  const stretch = await readOn(needs, mailbox);
  return stretch.kind === 'history-expired' ? catchUp(needs, mailbox) : stretch;
}

/** The mailbox, if it is to be read now: connected, and not told to wait after a failure. */
async function loadMailbox(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  now: Date,
): Promise<SyncedMailbox | null> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .updateTable('mailbox')
      .set({ syncWanted: false })
      .where('id', '=', mailboxId)
      .where('deletedAt', 'is', null)
      .where('disconnectedAt', 'is', null)
      .where((eb) => eb.or([eb('syncNotBefore', 'is', null), eb('syncNotBefore', '<=', now)]))
      .returning(['cursor', 'connectedAt'])
      .executeTakeFirst(),
  );
  return row ? { instanceId, mailboxId, ...row } : null;
}

async function noteSuccess(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  news: boolean,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select(['connectedAt', 'lastMessageReceivedAt'])
      .executeTakeFirstOrThrow();
    const now = Date.now();
    const lastNews = Math.max(mailbox.connectedAt.getTime(), mailbox.lastMessageReceivedAt?.getTime() ?? 0);
    const interval = pollInterval(news ? 0 : now - lastNews);
    await tx.sql
      .updateTable('mailbox')
      .set({ syncFailures: 0, syncNotBefore: null, nextSyncAt: new Date(now + interval) })
      .where('id', '=', mailboxId)
      .execute();
  });
}

/** A disconnection is one only where Google said so; all else is waited out (C11). */
async function noteFailure(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  failure: GoogleFailure,
  began: Date,
): Promise<void> {
  await database.inInstance(instanceId, async (tx) => {
    if (failure.kind === 'disconnected') {
      const code: Disconnection = failure.code;
      await markDisconnected(tx, mailboxId, { code, began, now: new Date() });
      return;
    }
    const { syncFailures } = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .select('syncFailures')
      .executeTakeFirstOrThrow();
    const asked = 'after' in failure ? failure.after : null;
    const until = new Date(Date.now() + backoff(syncFailures, asked));
    await tx.sql
      .updateTable('mailbox')
      .set({ syncFailures: syncFailures + 1, syncNotBefore: until, nextSyncAt: until })
      .where('id', '=', mailboxId)
      .execute();
  });
}

async function setWanted(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  syncWanted: boolean,
): Promise<void> {
  await database.inInstance(instanceId, (tx) =>
    tx.sql.updateTable('mailbox').set({ syncWanted }).where('id', '=', mailboxId).execute(),
  );
}

async function isWanted(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
): Promise<boolean> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('mailbox').where('id', '=', mailboxId).select('syncWanted').executeTakeFirst(),
  );
  return row?.syncWanted ?? false;
}
