import { sql } from 'kysely';
import type { Database } from '../database/instance-transaction.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import type { Candidate } from './candidates.ts';
import { fetchMessage } from './fetch-message.ts';
import { isExcluded } from './fetched-message.ts';
import type { MessageToStore } from './message-to-store.ts';
import { unreadable } from './parse-message.ts';
import type { Parser } from './parser.ts';
import { storeMessages } from './store-messages.ts';
import type { FailedSyncBatch } from './sync-batch.ts';

/** How many messages of one mailbox are fetched and read ahead of those being stored, once the first few came. */
const maxPrefetch = 32;
const initialPrefetch = 4;
/** Nor more bytes than this, taking those under way to be as large as the largest of the last few. */
const maxPrefetchBytes = 64 * 1024 * 1024;
/** How many are stored together at most, and how large together: what is ready does not wait for more. */
const maxBatchSize = 32;
const maxBatchBytes = 8 * 1024 * 1024;

export type ReceiveDeps = { database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal };

/**
 * The map of one message: fetch ─► read ─► store, for messages of one mailbox in the order given.
 * Fetching runs ahead; storing keeps the order. Stops at the first failure of Google's.
 */
export async function receive(
  deps: ReceiveDeps,
  mailbox: { instanceId: string; mailboxId: string; connectedAt: Date },
  candidates: Candidate[],
): Promise<{ kind: 'ok'; stored: number } | FailedSyncBatch> {
  const notStored = await findNotStored(deps.database, mailbox, candidates);
  const queue: PendingMessage[] = [];
  let stored = 0;
  let lastSizes: number[] = [];
  const canPrefetch = (started: number) => {
    if (queue.length === 0) return true;
    if (queue.length >= Math.min(maxPrefetch, initialPrefetch + started - queue.length)) return false;
    const sizes = queue.flatMap(({ outcome }) => (outcome ? sizeOf(outcome) : []));
    const estimatedSize = Math.max(0, ...lastSizes, ...sizes);
    const heldBytes = sizes.reduce((sum, size) => sum + size, 0);
    return heldBytes + estimatedSize * (queue.length - sizes.length + 1) <= maxPrefetchBytes;
  };
  let next = 0;
  const prefetch = () => {
    for (; next < notStored.length && canPrefetch(next); next += 1) {
      queue.push(startFetch(deps, mailbox, notStored[next]!));
    }
  };
  for (prefetch(); queue.length > 0; prefetch()) {
    await queue[0]!.done;
    const ready = takeReady(queue);
    lastSizes = [...lastSizes, ...ready.map(sizeOf)].slice(-maxPrefetch);
    const failed = ready.find(({ kind }) => kind === 'failed');
    // The next are fetched while these are stored, so that they are stored together as well.
    if (!failed) prefetch();
    const messages = ready.flatMap((pending) => (pending.kind === 'ready' ? [pending.message] : []));
    stored += await store(deps.database, mailbox, messages);
    // What runs ahead is let go; it is fetched again with the next look.
    if (failed?.kind === 'failed') return { ...failed.failure, stored };
  }
  return { kind: 'ok', stored };
}

type FetchOutcome = Awaited<ReturnType<typeof fetchAndParse>>;
type PendingMessage = { done: Promise<FetchOutcome>; outcome: FetchOutcome | null };

function startFetch(...args: Parameters<typeof fetchAndParse>): PendingMessage {
  const pending: PendingMessage = { done: fetchAndParse(...args), outcome: null };
  // One that is let go may still fail: nobody waits for it then.
  pending.done.then(
    (outcome) => {
      pending.outcome = outcome;
    },
    () => {},
  );
  return pending;
}

/** Takes what is ready from the front of the line, up to a failure, and no more than are stored together. */
function takeReady(queue: PendingMessage[]): FetchOutcome[] {
  const ready: FetchOutcome[] = [];
  let bytes = 0;
  while (queue[0]?.outcome && ready.length < maxBatchSize && bytes < maxBatchBytes) {
    const mustBeAlone = isSentCopy(queue[0].outcome);
    if (mustBeAlone && ready.length > 0) break;
    const { outcome } = queue.shift()!;
    ready.push(outcome!);
    if (mustBeAlone) break;
    bytes += sizeOf(outcome!);
    if (outcome!.kind === 'failed') break;
  }
  return ready;
}

function sizeOf(prepared: FetchOutcome): number {
  return prepared.kind === 'ready' ? prepared.message.fetched.raw.length : 0;
}

/** It changes a conversation before those of the others are locked, all in one order (known.ts). */
function isSentCopy(prepared: FetchOutcome): boolean {
  return prepared.kind === 'ready' && prepared.message.parsed.deliveryId !== null;
}

/**
 * Stores messages together. Where the tables refuse what one of them says, each is stored by itself,
 * and that one is kept raw, so that it holds up none behind it. Answers how many are new.
 */
async function store(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  messages: MessageToStore[],
): Promise<number> {
  if (messages.length === 0) return 0;
  const attempt = async (batch: MessageToStore[]) => {
    const outcomes = await database.inInstance(instanceId, (tx) => storeMessages(tx, mailboxId, batch));
    return outcomes.filter(({ kind }) => kind === 'stored').length;
  };
  try {
    return await attempt(messages);
  } catch (error) {
    if (!isDataError(error)) throw error; // they are read again
    const [only, ...more] = messages;
    if (more.length === 0) {
      const reason = `It could not be stored as read: ${(error as Error).message}`;
      return attempt([{ ...only!, parsed: unreadable(reason) }]);
    }
    let stored = 0;
    for (const message of messages) stored += await store(database, { instanceId, mailboxId }, [message]);
    return stored;
  }
}

/**
 * Whether Postgres refused the values themselves: data exceptions, limits, null or check violations
 * (SQLSTATE 22, 54, 23502, 23514). What else it refuses passes when it is done again.
 */
function isDataError(error: unknown): boolean {
  return /^(22|54|23502|23514)/.test(String((error as { code?: unknown }).code ?? ''));
}

/** Our clock and Google's may differ by this much (ms). */
const clockSkewMs = 2 * 60_000;

async function fetchAndParse(
  { gmail, parser, signal }: ReceiveDeps,
  mailbox: { connectedAt: Date },
  { gmailId, arrived }: Candidate,
) {
  const answer = await fetchMessage(gmail, gmailId, signal).catch((error): GoogleFailure => {
    if (!signal.aborted) throw error;
    return { kind: 'retry', after: null, cause: 'stopped', uncertain: false };
  });
  if (answer.kind !== 'ok') return { kind: 'failed' as const, failure: answer };
  const fetched = answer.value;
  // What is older than the connection is not imported (C8), as when it is taken out of Spam today.
  const since = mailbox.connectedAt.getTime() - clockSkewMs;
  const tooOld = !arrived && fetched !== null && fetched.internalDate.getTime() < since;
  if (!fetched || isExcluded(fetched.labels) || tooOld) return { kind: 'excluded' as const };
  return { kind: 'ready' as const, message: { fetched, ...(await parser.parse(fetched.raw)) } };
}

/** The ids not stored yet, in the order given: those known cost no fetch. */
async function findNotStored(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  candidates: Candidate[],
): Promise<Candidate[]> {
  if (candidates.length === 0) return [];
  const storedRows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      // One array: a listing after a long silence may name more than a statement takes parameters.
      .where('gmailId', '=', sql<string>`any(${candidates.map(({ gmailId }) => gmailId)})`)
      .select('gmailId')
      .execute(),
  );
  const ids = new Set(storedRows.map(({ gmailId }) => gmailId));
  return candidates.filter(({ gmailId }) => !ids.has(gmailId));
}
