import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { MissingMessage } from '../database/schema.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getHeaders, listMessages } from '../google/messages.ts';
import { decodeHeader } from '../mail/encoded-words.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import {
  beginCheck,
  type CheckFailure,
  type CheckNote,
  finishCheck,
  leaveCheck,
  noteCheck,
} from './completeness-check-state.ts';
import { staysOut } from './fetched-message.ts';
import type { Parser } from './parser.ts';
import { receive } from './receive.ts';
import { readToTheEnd } from './sync-mailbox.ts';

export type CheckNeeds = { database: Database; locks: Locks; gmail: GmailAccess; parser: Parser };

/** Gmail's clock and ours may differ by this much (ms). */
const clocksDiffer = 2 * 60_000;
/** What has just arrived is not missing yet: its look is under way. */
const settles = 3_000;
const namedAtMost = 100;
const fetchedTogether = 100;

/**
 * The completeness check: everything Gmail lists of a mailbox since its connection is held against
 * what is stored; what is missing is named, fetched and stored as all mail is. Drafts, Spam and Trash do
 * not belong here, nor what came after the check began; what was deleted here counts as stored. Costs 5
 * units a 500 messages, in Gmail's last priority. Repeating it is harmless; two at once are one: the
 * second answers busy.
 */
export async function checkMailbox(
  needs: CheckNeeds,
  at: { instanceId: string; mailboxId: string },
  signal: AbortSignal,
): Promise<'ended' | 'busy'> {
  const turn = await needs.locks.ifFree(`check ${at.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    const mailbox = await connectedMailbox(needs.database, at);
    if (!mailbox) return;
    const gmail = needs.gmail(at, { priority: 'backlog', signal: stop });
    try {
      const failure = await check({ access: needs, ...needs, gmail, signal: stop }, { ...at, ...mailbox });
      if (failure && !stop.aborted) await finishCheck(needs.database, at, { failure });
    } finally {
      if (stop.aborted) await leaveCheck(needs.database, at);
    }
  });
  return turn.kind === 'busy' ? 'busy' : 'ended';
}

type Needs = { access: CheckNeeds; database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal };
type Mailbox = { instanceId: string; mailboxId: string; connectedAt: Date };

async function check(needs: Needs, mailbox: Mailbox): Promise<CheckFailure | null> {
  const { database, gmail, signal } = needs;
  const note = (what: CheckNote) => noteCheck(database, mailbox, what);
  const began = new Date();
  const { here, before } = await beginCheck(database, mailbox, {
    connectedAt: mailbox.connectedAt,
    now: began,
  });
  // What a check that came to no end has fetched was missing all the same.
  const unknownBefore = new Set(await unknownOf(database, mailbox, idsOf(before.missing)));
  const namedBefore = before.missing.filter(({ gmailId }) => !unknownBefore.has(gmailId));
  const fetchedBefore = Math.max(before.fetched, namedBefore.length);

  const drafts = await listAll(gmail, { labels: ['DRAFT'] });
  if (drafts.kind !== 'ok') return drafts;
  const unknown: string[] = [];
  let known = 0;
  const query = `after:${Math.floor(mailbox.connectedAt.getTime() / 1000)}`;
  const listed = await listAll(gmail, { query }, async (ids) => {
    const wanted = ids.filter((id) => !drafts.ids.has(id));
    const missing = await unknownOf(database, mailbox, wanted);
    unknown.push(...missing);
    known += wanted.length - missing.length;
    await note({ state: 'listing', expected: Math.max(here, known), stored: known });
  });
  if (listed.kind !== 'ok') return listed;

  // Only what the reading of the mailbox passes over is missing, not what it has yet to come to.
  let left = unknown;
  if (unknown.length > 0) {
    await sleep(settles, undefined, { signal }).catch(() => {});
    if (!(await readToTheEnd(needs.access, mailbox, signal))) {
      return (await connectedMailbox(database, mailbox)) ? unanswered : { kind: 'disconnected' };
    }
    left = await unknownOf(database, mailbox, unknown);
    known += unknown.length - left.length;
  }
  const found = await nameMissing(gmail, left, mailbox.connectedAt, began);
  if (found.kind !== 'ok') return found;
  const stored = Math.max(known - fetchedBefore, 0);
  const named = () => [...namedBefore, ...found.named].slice(0, namedAtMost);
  const expected = () => stored + fetchedBefore + found.ids.length;
  await note({
    state: 'fetching',
    expected: expected(),
    stored,
    fetched: fetchedBefore,
    missing: named(),
  });

  // The oldest first, as they would have come.
  const candidates = found.ids.map((gmailId) => ({ gmailId, arrived: false })).reverse();
  let fetched = fetchedBefore;
  for (let from = 0; from < candidates.length; from += fetchedTogether) {
    const received = await receive(needs, mailbox, candidates.slice(from, from + fetchedTogether));
    if (received.kind !== 'ok') return received;
    fetched += received.stored;
    await note({ state: 'fetching', expected: expected(), stored, fetched });
  }
  // What is still unknown is gone meanwhile, or does not belong here after all.
  const absent = await unknownOf(database, mailbox, found.ids);
  const belongs = await nameMissing(gmail, absent, mailbox.connectedAt, began, absent.length);
  if (belongs.kind !== 'ok') return belongs;
  const gone = new Set(absent.filter((id) => !belongs.ids.includes(id)));
  const all = stored + fetchedBefore + found.ids.length - gone.size;
  await finishCheck(database, mailbox, {
    expected: all,
    stored,
    fetched: all - stored - belongs.ids.length,
    missing: named().filter(({ gmailId }) => !gone.has(gmailId)),
  });
  return null;
}

const unanswered: CheckFailure = { kind: 'retry', after: null, cause: 'google-busy', uncertain: false };

const idsOf = (messages: MissingMessage[]) => messages.map(({ gmailId }) => gmailId);

/**
 * Of messages that are not stored, those that belong here, the first of them by name. To name one
 * costs a messages.get: past `atMost` they are taken to belong, and fetching tells.
 */
async function nameMissing(
  gmail: Gmail,
  ids: string[],
  connectedAt: Date,
  began: Date,
  atMost = namedAtMost,
): Promise<{ kind: 'ok'; ids: string[]; named: MissingMessage[] } | GoogleFailure> {
  const named: MissingMessage[] = [];
  let asked = 0;
  for (; asked < ids.length && named.length < atMost; asked += 1) {
    const answer = await belongingHere(gmail, ids[asked]!, connectedAt, began);
    if (answer.kind === 'ok' && answer.value) named.push(answer.value);
    else if (answer.kind !== 'ok' && answer.kind !== 'not-found') return answer;
  }
  return { kind: 'ok', ids: [...idsOf(named), ...ids.slice(asked)], named };
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
  const belongs = !staysOut(labels) && internalDate.getTime() >= since && internalDate < began;
  const message: MissingMessage = {
    gmailId,
    subject: inWords(headers.Subject),
    from: inWords(headers.From),
    date: internalDate.toISOString(),
  };
  return { kind: 'ok' as const, value: belongs ? message : null };
}

/** Gmail gives headers as they came or decoded; which is not documented. */
const inWords = (value: string | null) => (value?.includes('=?') ? decodeHeader(value) : (value ?? ''));

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
