import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { Gmail } from '../google/gmail.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { fullSync } from './full-sync.ts';
import type { Parser } from './parser.ts';
import { partialSync } from './partial-sync.ts';
import type { Stretch, SyncedMailbox } from './sync-batch.ts';
import { loadMailbox, noteFailure, noteSuccess } from './sync-state.ts';

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
  await look(needs, at, signal);
}

/**
 * Reads a mailbox until nothing is left, waiting for another reader to end. False where it could not
 * be read to the end: Google failed, it is disconnected or waits after a failure, or was told to stop.
 */
export async function readToTheEnd(
  needs: SyncNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<boolean> {
  for (;;) {
    const outcome = await look(needs, at, signal);
    if (outcome !== 'busy' || signal.aborted) return outcome === 'read' && !signal.aborted;
    await sleep(1_000, undefined, { signal }).catch(() => {});
  }
}

async function look(
  needs: SyncNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<'read' | 'stopped' | 'busy'> {
  for (;;) {
    const turn = await needs.locks.ifFree(`sync ${at.mailboxId}`, (lockLost) =>
      readWhileThereIsMore(needs, at, AbortSignal.any([signal, lockLost])),
    );
    if (turn.kind === 'busy') {
      await setWanted(needs.database, at, true);
      // The reader may have let go before the word was left: then the turn is ours after all.
      const second = await needs.locks.ifFree(`sync ${at.mailboxId}`, async () => {});
      if (second.kind === 'busy') return 'busy';
      continue;
    }
    if (turn.result === 'stop') return 'stopped';
    if (signal.aborted || !(await isWanted(needs.database, at))) return 'read';
  }
}

async function readWhileThereIsMore(
  needs: SyncNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<'again' | 'stop'> {
  const began = new Date();
  let stored = 0;
  for (let pages = 0; ; pages += 1) {
    const mailbox = await loadMailbox(needs.database, at, began);
    if (!mailbox) return 'stop';
    // More than a page is a backlog: whoever writes an answer meanwhile goes first.
    const gmail = needs.gmail(at, { priority: pages === 0 ? 'live' : 'backlog', signal });
    const stretch = await readStretch({ ...needs, gmail, signal }, mailbox);
    if (stretch.kind !== 'ok') {
      const progress = stored + (stretch.stored ?? 0) > 0;
      if (!signal.aborted) await noteFailure(needs.database, at, stretch, { began, progress });
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
  const stretch = await partialSync(needs, mailbox);
  return stretch.kind === 'history-expired' ? fullSync(needs, mailbox) : stretch;
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
