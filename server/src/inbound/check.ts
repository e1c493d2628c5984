import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { MissingMessage } from '../database/schema.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getHeaders, listMessages } from '../google/messages.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { type CheckNote, finishCheck, noteCheck } from './check-notes.ts';
import { staysOut } from './fetched.ts';
import type { Parser } from './parser.ts';
import { receive } from './receive.ts';

export type CheckNeeds = { database: Database; locks: Locks; gmail: GmailAccess; parser: Parser };

/** Gmail's clock and ours may differ by this much (ms). */
const clocksDiffer = 2 * 60_000;
/** What has just arrived is not missing yet: its look is under way. */
const settles = 3_000;
const namedAtMost = 100;

/**
 * The completeness check: everything Gmail lists of a mailbox since its connection is held against
 * what is stored; what is missing is named, fetched and stored as all mail is. Drafts, Spam and Trash do
 * not belong here, nor what came after the check began; what was deleted here counts as stored. Costs 5
 * units a 500 messages, in Gmail's last priority. Repeating it is harmless; two at once are one.
 */
export async function checkMailbox(
  needs: CheckNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<void> {
  await needs.locks.ifFree(`check ${at.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    const mailbox = await connectedMailbox(needs.database, at);
    if (!mailbox) return;
    const gmail = needs.gmail(at, { priority: 'backlog', signal: stop });
    const failure = await check({ ...needs, gmail, signal: stop }, { ...at, ...mailbox });
    if (failure && !stop.aborted) await finishCheck(needs.database, at, { failure });
  });
}

type Needs = { database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal };
type Mailbox = { instanceId: string; mailboxId: string; connectedAt: Date };

async function check(needs: Needs, mailbox: Mailbox): Promise<GoogleFailure | null> {
  const { database, gmail, signal } = needs;
  const note = (what: CheckNote) => noteCheck(database, mailbox, what);
  const began = new Date();
  await note({ state: 'listing', startedAt: began, expected: 0, stored: 0 });
  const drafts = await listAll(gmail, { labels: ['DRAFT'] });
  if (drafts.kind !== 'ok') return drafts;
  const unknown: string[] = [];
  let stored = 0;
  const query = `after:${Math.floor(mailbox.connectedAt.getTime() / 1000)}`;
  const listed = await listAll(gmail, { query }, async (ids) => {
    const wanted = ids.filter((id) => !drafts.ids.has(id));
    const missing = await unknownOf(database, mailbox, wanted);
    unknown.push(...missing);
    stored += wanted.length - missing.length;
    await note({ state: 'listing', expected: stored, stored });
  });
  if (listed.kind !== 'ok') return listed;

  // What arrives just now is read by its own look: only what it leaves is missing.
  if (unknown.length > 0) await sleep(settles, undefined, { signal }).catch(() => {});
  const missing: MissingMessage[] = [];
  for (const gmailId of await unknownOf(database, mailbox, unknown)) {
    const found = await belongingHere(gmail, gmailId, mailbox.connectedAt, began);
    if (found.kind !== 'ok' && found.kind !== 'not-found') return found;
    if (found.kind === 'ok' && found.value) missing.push(found.value);
  }
  const expected = stored + missing.length;
  const named = missing.slice(0, namedAtMost);
  await note({ state: 'fetching', expected, stored, missing: named });
  const candidates = missing.map(({ gmailId }) => ({ gmailId, arrived: false })).reverse();
  const received = await receive(needs, mailbox, candidates);
  if (received.kind !== 'ok') return received;
  const left = await unknownOf(
    database,
    mailbox,
    missing.map(({ gmailId }) => gmailId),
  );
  await finishCheck(database, mailbox, {
    expected,
    stored,
    fetched: missing.length - left.length,
    missing: named,
  });
  return null;
}

/** All ids of a listing; `page` is told of each page. */
async function listAll(
  gmail: Gmail,
  options: { labels?: string[]; query?: string },
  page: (ids: string[]) => Promise<void> = async () => {},
): Promise<{ kind: 'ok'; ids: Set<string> } | GoogleFailure> {
  const all = new Set<string>();
  let pageToken: string | null = null;
  do {
    const answer = await listMessages(gmail, { ...options, pageToken });
    if (answer.kind !== 'ok') return answer;
    // A message that arrives while pages are turned pushes another one onto the next page.
    const ids = answer.value.messages.map(({ id }) => id).filter((id) => !all.has(id));
    for (const id of ids) all.add(id);
    await page(ids);
    pageToken = answer.value.nextPageToken;
  } while (pageToken);
  return { kind: 'ok', ids: all };
}

/** A listed message that is not stored, if it belongs here; null where it does not. */
async function belongingHere(gmail: Gmail, gmailId: string, connectedAt: Date, began: Date) {
  const answer = await getHeaders(gmail, gmailId, ['Subject', 'From']);
  if (answer.kind !== 'ok') return answer;
  const { labels, internalDate, headers } = answer.value;
  const since = connectedAt.getTime() - clocksDiffer;
  const belongs =
    !staysOut(labels) &&
    internalDate.getTime() >= since &&
    internalDate.getTime() < began.getTime() - settles;
  const message: MissingMessage = {
    gmailId,
    subject: headers.Subject ?? '',
    from: headers.From ?? '',
    date: internalDate.toISOString(),
  };
  return { kind: 'ok' as const, value: belongs ? message : null };
}

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

async function unknownOf(
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
  const known = new Set(rows.map(({ gmailId }) => gmailId));
  return ids.filter((id) => !known.has(id));
}
