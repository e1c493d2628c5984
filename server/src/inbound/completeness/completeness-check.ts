import { setTimeout as sleep } from 'node:timers/promises';
import type { MissingMessage } from '../../database/column-types.ts';
import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { listMessages } from '../../google/messages.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { excludedLabels, isExcluded } from '../fetch/fetch-message.ts';
import { mayBeOfMessage } from '../fetch/message-failures.ts';
import { getSummary } from '../fetch/message-summary.ts';
import { findNotStored, type ReceiveDeps, receive } from '../fetch/receive.ts';
import { type Candidate, loadSetAside } from '../fetch/unfetched-messages.ts';
import { type SyncDeps, syncToEnd } from '../sync/sync-mailbox.ts';
import {
  type CheckFailure,
  type CheckProgress,
  finishCheck,
  releaseCheck,
  saveCheckProgress,
  startCheck,
} from './completeness-check-state.ts';

export type CheckDeps = SyncDeps & {
  /** Waits so many milliseconds, or until the signal aborts. */
  pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

const pauseUntilAborted = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => {});

/** How much Gmail's clock and ours may differ (ms). */
const clockSkewMs = 2 * 60_000;
/** A message that has just arrived is not missing: its sync is still running. */
const settleMs = 3_000;
const maxMissingListed = 100;
const fetchBatchSize = 100;
/** After a message failed alone, it is tried again after this long (ms). */
const heldPauseMs = 1_000;

/**
 * The completeness check: compares everything Gmail lists of a mailbox since its connection with what is
 * stored. Missing messages are listed to the users, fetched and stored. Drafts, Spam, Trash and messages
 * received after the start of the check do not count; messages deleted here count as stored. Costs 5 quota
 * units for 500 messages, at the lowest priority. Safe to repeat; while one runs, a second returns `busy`.
 */
export async function checkMailbox(
  deps: CheckDeps,
  mailboxRef: MailboxRef,
  signal: AbortSignal,
): Promise<'ended' | 'busy'> {
  const lockResult = await deps.locks.tryLock(`check ${mailboxRef.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    const mailbox = await connectedMailbox(deps.database, mailboxRef);
    if (!mailbox) return;
    const gmail = deps.gmail(mailboxRef, { priority: 'backlog', signal: stop });
    try {
      const failure = await check(
        { syncDeps: deps, pause: pauseUntilAborted, ...deps, gmail, signal: stop },
        { ...mailboxRef, ...mailbox },
      );
      if (failure && !stop.aborted) await finishCheck(deps.database, mailboxRef, { failure });
    } finally {
      if (stop.aborted) await releaseCheck(deps.database, mailboxRef);
    }
  });
  return lockResult.kind === 'busy' ? 'busy' : 'ended';
}

type CheckRunDeps = ReceiveDeps & { syncDeps: SyncDeps; pause: NonNullable<CheckDeps['pause']> };
type Mailbox = { instanceId: string; mailboxId: string; connectedAt: Date };

async function check(deps: CheckRunDeps, mailbox: Mailbox): Promise<CheckFailure | null> {
  const { database } = deps;
  const saveProgress = (progress: CheckProgress) => saveCheckProgress(database, mailbox, progress);
  const startedAt = new Date();
  const { alreadyStored, interrupted } = await startCheck(database, mailbox, {
    connectedAt: mailbox.connectedAt,
    now: startedAt,
  });
  // What an interrupted check has fetched counts as missing before this one.
  const stillMissing = new Set(await findNotStored(database, mailbox, idsOf(interrupted.missing)));
  const missingBefore = interrupted.missing.filter(({ gmailId }) => !stillMissing.has(gmailId));
  const fetchedBefore = Math.max(interrupted.fetched, missingBefore.length);

  const compared = await compareWithGmail(deps, mailbox, alreadyStored);
  if (compared.kind !== 'ok') return compared;
  const found = await describeMissing(deps, mailbox, compared.missing, startedAt);
  if (found.kind !== 'ok') return found;
  const stored = Math.max(compared.stored - fetchedBefore, 0);
  const described = [...missingBefore, ...found.described].slice(0, maxMissingListed);
  const expected = stored + fetchedBefore + found.ids.length;
  await saveProgress({
    state: 'fetching',
    expected,
    stored,
    fetched: fetchedBefore,
    missing: described,
  });

  // Oldest first, as they were received.
  const candidates = found.ids.map((gmailId) => ({ gmailId, arrived: false })).reverse();
  let fetched = fetchedBefore;
  for (let from = 0; from < candidates.length; from += fetchBatchSize) {
    const received = await receiveUnlessSetAside(
      deps,
      mailbox,
      candidates.slice(from, from + fetchBatchSize),
    );
    if (received.kind !== 'ok') return received;
    fetched += received.stored;
    await saveProgress({ state: 'fetching', expected, stored, fetched });
  }
  // What is still not stored was deleted meanwhile, or does not count after all.
  const absent = await findNotStored(database, mailbox, found.ids);
  const unfetched = await describeMissing(deps, mailbox, absent, startedAt, absent.length);
  if (unfetched.kind !== 'ok') return unfetched;
  const unreadableById = new Map(
    unfetched.described.filter((one) => one.unreadable).map((one) => [one.gmailId, one]),
  );
  const goneIds = new Set(absent.filter((id) => !unfetched.ids.includes(id)));
  const all = stored + fetchedBefore + found.ids.length - goneIds.size;
  await finishCheck(database, mailbox, {
    expected: all,
    stored,
    fetched: all - stored - unfetched.ids.length,
    missing: described
      .filter(({ gmailId }) => !goneIds.has(gmailId))
      .map((one) => unreadableById.get(one.gmailId) ?? one),
  });
  return null;
}

/**
 * Lists the mailbox since its connection and syncs it once more if anything is missing: only what a sync
 * does not store is missing. `stored`: how many of the listed messages are stored.
 */
async function compareWithGmail(
  { database, gmail, signal, syncDeps, pause }: CheckRunDeps,
  mailbox: Mailbox,
  alreadyStored: number,
): Promise<{ kind: 'ok'; stored: number; missing: string[] } | CheckFailure> {
  // What these labels exclude is listed by its label, which is cheaper than to ask for each message.
  const excludedIds = new Set<string>();
  for (const label of listedButExcluded) {
    const excluded = await listAll(gmail, { labels: [label] });
    if (excluded.kind !== 'ok') return excluded;
    for (const id of excluded.ids) excludedIds.add(id);
  }
  const notStored: string[] = [];
  let stored = 0;
  const query = `after:${Math.floor(mailbox.connectedAt.getTime() / 1000)}`;
  const listed = await listAll(gmail, { query }, async (ids) => {
    const wanted = ids.filter((id) => !excludedIds.has(id));
    const missing = await findNotStored(database, mailbox, wanted);
    notStored.push(...missing);
    stored += wanted.length - missing.length;
    const expected = Math.max(alreadyStored, stored);
    await saveCheckProgress(database, mailbox, { state: 'listing', expected, stored });
  });
  if (listed.kind !== 'ok') return listed;
  if (notStored.length === 0) return { kind: 'ok', stored, missing: [] };
  await pause(settleMs, signal);
  if (!(await syncToEnd(syncDeps, mailbox, signal))) {
    return (await connectedMailbox(database, mailbox)) ? googleBusy : { kind: 'disconnected' };
  }
  const missing = await findNotStored(database, mailbox, notStored);
  return { kind: 'ok', stored: stored + notStored.length - missing.length, missing };
}

/** Gmail lists neither Spam nor Trash unless asked to. */
const listedButExcluded = excludedLabels.filter((label) => label !== 'SPAM' && label !== 'TRASH');

const googleBusy: CheckFailure = { kind: 'retry', after: null, cause: 'google-busy', uncertain: false };

const idsOf = (messages: MissingMessage[]) => messages.map(({ gmailId }) => gmailId);

/** Receives messages, and tries again those that fail alone until they are set aside (R10). */
async function receiveUnlessSetAside(
  deps: CheckRunDeps,
  mailbox: Mailbox,
  candidates: Candidate[],
): Promise<Awaited<ReturnType<typeof receive>>> {
  let stored = 0;
  for (;;) {
    const received = await receive(deps, mailbox, candidates);
    stored += received.stored ?? 0;
    if (received.kind === 'ok' || !received.held || deps.signal.aborted) return { ...received, stored };
    await deps.pause(heldPauseMs, deps.signal);
  }
}

/**
 * Of messages that are not stored, those that count as missing, the first `maxListed` with subject and
 * sender. These cost a messages.get each; the others are taken as missing without one.
 */
async function describeMissing(
  { database, gmail }: CheckRunDeps,
  mailbox: Mailbox,
  ids: string[],
  startedAt: Date,
  maxListed = maxMissingListed,
): Promise<{ kind: 'ok'; ids: string[]; described: MissingMessage[] } | GoogleFailure> {
  const setAside = await loadSetAside(database, mailbox, ids);
  const described: MissingMessage[] = [];
  let requested = 0;
  for (; requested < ids.length && described.length < maxListed; requested += 1) {
    const gmailId = ids[requested]!;
    const known = setAside.get(gmailId);
    if (known) {
      described.push(known);
      continue;
    }
    const answer = await expectedMessage(gmail, gmailId, mailbox.connectedAt, startedAt);
    if (answer.kind === 'ok' && answer.value) described.push(answer.value);
    else if (answer.kind !== 'ok' && mayBeOfMessage(answer, null)) {
      described.push({ gmailId, subject: '', from: '', date: null });
    } else if (answer.kind !== 'ok' && answer.kind !== 'not-found') return answer;
  }
  return { kind: 'ok', ids: [...idsOf(described), ...ids.slice(requested)], described };
}

/** All ids of a list; `onPage` is called with the new ids of each page. */
async function listAll(
  gmail: Gmail,
  options: { labels?: string[]; query?: string },
  onPage: (ids: string[]) => Promise<void> = async () => {},
): Promise<{ kind: 'ok'; ids: Set<string> } | GoogleFailure> {
  const all = new Set<string>();
  let pageToken: string | null = null;
  do {
    const answer = await listMessages(gmail, { ...options, pageToken });
    if (answer.kind !== 'ok') return answer;
    // A message that arrives between two pages moves another one onto the next page.
    const ids = answer.value.messages.map(({ id }) => id).filter((id) => !all.has(id));
    for (const id of ids) all.add(id);
    await onPage(ids);
    pageToken = answer.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', ids: all };
}

/** A listed message that is not stored; null if it does not count as missing. */
async function expectedMessage(gmail: Gmail, gmailId: string, connectedAt: Date, startedAt: Date) {
  const answer = await getSummary(gmail, gmailId);
  if (answer.kind !== 'ok') return answer;
  const { labels, internalDate, subject, from } = answer.value;
  const since = connectedAt.getTime() - clockSkewMs;
  const counts = !isExcluded(labels) && internalDate.getTime() >= since && internalDate < startedAt;
  const message: MissingMessage = {
    gmailId,
    subject,
    from,
    date: internalDate.toISOString(),
  };
  return { kind: 'ok' as const, value: counts ? message : null };
}

async function connectedMailbox(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
): Promise<{ connectedAt: Date } | null> {
  const row = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .where('deletedAt', 'is', null)
      .where('disconnectedAt', 'is', null)
      .select('connectedAt')
      .executeTakeFirst(),
  );
  return row ?? null;
}
