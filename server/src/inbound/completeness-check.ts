import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { MissingMessage } from '../database/column-types.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getHeaders, listMessages } from '../google/messages.ts';
import { decodeHeader } from '../mail/mime/encoded-words.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import {
  type CheckFailure,
  type CheckProgress,
  finishCheck,
  releaseCheck,
  saveCheckProgress,
  startCheck,
} from './completeness-check-state.ts';
import { isExcluded } from './fetched-message.ts';
import type { Parser } from './parser.ts';
import { receive } from './receive.ts';
import { syncToEnd } from './sync-mailbox.ts';

export type CheckDeps = { database: Database; locks: Locks; gmail: GmailAccess; parser: Parser };

/** Gmail's clock and ours may differ by this much (ms). */
const clockSkewMs = 2 * 60_000;
/** What has just arrived is not missing yet: its look is under way. */
const settleMs = 3_000;
const maxMissingListed = 100;
const fetchBatchSize = 100;

/**
 * The completeness check: everything Gmail lists of a mailbox since its connection is held against
 * what is stored; what is missing is named, fetched and stored as all mail is. Drafts, Spam and Trash do
 * not belong here, nor what came after the check began; what was deleted here counts as stored. Costs 5
 * units a 500 messages, in Gmail's last priority. Repeating it is harmless; two at once are one: the
 * second answers busy.
 */
export async function checkMailbox(
  deps: CheckDeps,
  mailboxRef: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<'ended' | 'busy'> {
  const lockResult = await deps.locks.tryLock(`check ${mailboxRef.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    const mailbox = await connectedMailbox(deps.database, mailboxRef);
    if (!mailbox) return;
    const gmail = deps.gmail(mailboxRef, { priority: 'backlog', signal: stop });
    try {
      const failure = await check(
        { syncDeps: deps, ...deps, gmail, signal: stop },
        { ...mailboxRef, ...mailbox },
      );
      if (failure && !stop.aborted) await finishCheck(deps.database, mailboxRef, { failure });
    } finally {
      if (stop.aborted) await releaseCheck(deps.database, mailboxRef);
    }
  });
  return lockResult.kind === 'busy' ? 'busy' : 'ended';
}

type CheckRunDeps = {
  syncDeps: CheckDeps;
  database: Database;
  parser: Parser;
  gmail: Gmail;
  signal: AbortSignal;
};
type Mailbox = { instanceId: string; mailboxId: string; connectedAt: Date };

async function check(deps: CheckRunDeps, mailbox: Mailbox): Promise<CheckFailure | null> {
  const { database, gmail, signal } = deps;
  const saveProgress = (progress: CheckProgress) => saveCheckProgress(database, mailbox, progress);
  const startedAt = new Date();
  const { alreadyStored, interrupted } = await startCheck(database, mailbox, {
    connectedAt: mailbox.connectedAt,
    now: startedAt,
  });
  // What a check that came to no end has fetched was missing all the same.
  const stillMissing = new Set(await findNotStored(database, mailbox, idsOf(interrupted.missing)));
  const missingBefore = interrupted.missing.filter(({ gmailId }) => !stillMissing.has(gmailId));
  const fetchedBefore = Math.max(interrupted.fetched, missingBefore.length);

  const drafts = await listAll(gmail, { labels: ['DRAFT'] });
  if (drafts.kind !== 'ok') return drafts;
  const notStored: string[] = [];
  let storedCount = 0;
  const query = `after:${Math.floor(mailbox.connectedAt.getTime() / 1000)}`;
  const listed = await listAll(gmail, { query }, async (ids) => {
    const wanted = ids.filter((id) => !drafts.ids.has(id));
    const missing = await findNotStored(database, mailbox, wanted);
    notStored.push(...missing);
    storedCount += wanted.length - missing.length;
    await saveProgress({
      state: 'listing',
      expected: Math.max(alreadyStored, storedCount),
      stored: storedCount,
    });
  });
  if (listed.kind !== 'ok') return listed;

  // Only what the reading of the mailbox passes over is missing, not what it has yet to come to.
  let remaining = notStored;
  if (notStored.length > 0) {
    await sleep(settleMs, undefined, { signal }).catch(() => {});
    if (!(await syncToEnd(deps.syncDeps, mailbox, signal))) {
      return (await connectedMailbox(database, mailbox)) ? googleBusy : { kind: 'disconnected' };
    }
    remaining = await findNotStored(database, mailbox, notStored);
    storedCount += notStored.length - remaining.length;
  }
  const found = await describeMissing(gmail, remaining, mailbox.connectedAt, startedAt);
  if (found.kind !== 'ok') return found;
  const stored = Math.max(storedCount - fetchedBefore, 0);
  const described = () => [...missingBefore, ...found.described].slice(0, maxMissingListed);
  const expected = () => stored + fetchedBefore + found.ids.length;
  await saveProgress({
    state: 'fetching',
    expected: expected(),
    stored,
    fetched: fetchedBefore,
    missing: described(),
  });

  // The oldest first, as they would have come.
  const candidates = found.ids.map((gmailId) => ({ gmailId, arrived: false })).reverse();
  let fetched = fetchedBefore;
  for (let from = 0; from < candidates.length; from += fetchBatchSize) {
    const received = await receive(deps, mailbox, candidates.slice(from, from + fetchBatchSize));
    if (received.kind !== 'ok') return received;
    fetched += received.stored;
    await saveProgress({ state: 'fetching', expected: expected(), stored, fetched });
  }
  // What is still unknown is gone meanwhile, or does not belong here after all.
  const absent = await findNotStored(database, mailbox, found.ids);
  const belongsHere = await describeMissing(gmail, absent, mailbox.connectedAt, startedAt, absent.length);
  if (belongsHere.kind !== 'ok') return belongsHere;
  const goneIds = new Set(absent.filter((id) => !belongsHere.ids.includes(id)));
  const all = stored + fetchedBefore + found.ids.length - goneIds.size;
  await finishCheck(database, mailbox, {
    expected: all,
    stored,
    fetched: all - stored - belongsHere.ids.length,
    missing: described().filter(({ gmailId }) => !goneIds.has(gmailId)),
  });
  return null;
}

const googleBusy: CheckFailure = { kind: 'retry', after: null, cause: 'google-busy', uncertain: false };

const idsOf = (messages: MissingMessage[]) => messages.map(({ gmailId }) => gmailId);

/**
 * Of messages that are not stored, those that belong here, the first of them by name. To name one
 * costs a messages.get: past `atMost` they are taken to belong, and fetching tells.
 */
async function describeMissing(
  gmail: Gmail,
  ids: string[],
  connectedAt: Date,
  startedAt: Date,
  maxListed = maxMissingListed,
): Promise<{ kind: 'ok'; ids: string[]; described: MissingMessage[] } | GoogleFailure> {
  const described: MissingMessage[] = [];
  let requested = 0;
  for (; requested < ids.length && described.length < maxListed; requested += 1) {
    const answer = await expectedMessage(gmail, ids[requested]!, connectedAt, startedAt);
    if (answer.kind === 'ok' && answer.value) described.push(answer.value);
    else if (answer.kind !== 'ok' && answer.kind !== 'not-found') return answer;
  }
  return { kind: 'ok', ids: [...idsOf(described), ...ids.slice(requested)], described };
}

/** All ids of a listing; `page` is told of each page. */
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
    // A message that arrives while pages are turned pushes another one onto the next page.
    const ids = answer.value.messages.map(({ id }) => id).filter((id) => !all.has(id));
    for (const id of ids) all.add(id);
    await onPage(ids);
    pageToken = answer.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', ids: all };
}

/** A listed message that is not stored, if it belongs here; null where it does not. */
async function expectedMessage(gmail: Gmail, gmailId: string, connectedAt: Date, startedAt: Date) {
  const answer = await getHeaders(gmail, gmailId, ['Subject', 'From']);
  if (answer.kind !== 'ok') return answer;
  const { labels, internalDate, headers } = answer.value;
  const since = connectedAt.getTime() - clockSkewMs;
  const belongsHere = !isExcluded(labels) && internalDate.getTime() >= since && internalDate < startedAt;
  const message: MissingMessage = {
    gmailId,
    subject: decodeIfEncoded(headers.Subject),
    from: decodeIfEncoded(headers.From),
    date: internalDate.toISOString(),
  };
  return { kind: 'ok' as const, value: belongsHere ? message : null };
}

/** Gmail gives headers as they came or decoded; which is not documented. */
const decodeIfEncoded = (value: string | null) =>
  value?.includes('=?') ? decodeHeader(value) : (value ?? '');

async function connectedMailbox(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
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

async function findNotStored(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  ids: string[],
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', '=', sql<string>`any(${ids})`)
      .select('gmailId')
      .execute(),
  );
  const storedCount = new Set(rows.map(({ gmailId }) => gmailId));
  return ids.filter((id) => !storedCount.has(id));
}
