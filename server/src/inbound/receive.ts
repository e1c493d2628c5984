import { sql } from 'kysely';
import type { Database } from '../database/instance-transaction.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { fetchMessage, isExcluded } from './fetch-message.ts';
import { type MessageToStore, unreadable } from './parse-message.ts';
import type { Parser } from './parser.ts';
import { storeMessages } from './store-messages.ts';
import type { FailedSyncBatch } from './sync-state.ts';

/** How many messages of one mailbox are fetched ahead of those being stored; at the start a few only. */
const maxPrefetch = 32;
const initialPrefetch = 4;
/** How many bytes are fetched ahead; a message still being fetched counts as the largest of the last ones. */
const maxPrefetchBytes = 64 * 1024 * 1024;
/** How many messages, and how many bytes, are stored in one transaction at most. */
const maxBatchSize = 32;
const maxBatchBytes = 8 * 1024 * 1024;

/** A message to fetch. `arrived`: history says it is new, so it is stored whatever its date. */
export type Candidate = { gmailId: string; arrived: boolean };

export type ReceiveDeps = { database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal };

/**
 * Receives messages of one mailbox: fetch ─► parse ─► store. Fetching runs ahead; storing keeps the order
 * given. Stops at the first failure of Google's; what was fetched ahead is fetched again by the next sync.
 */
export async function receive(
  deps: ReceiveDeps,
  mailbox: { instanceId: string; mailboxId: string; connectedAt: Date },
  candidates: Candidate[],
): Promise<{ kind: 'ok'; stored: number } | FailedSyncBatch> {
  const gmailIds = candidates.map(({ gmailId }) => gmailId);
  const missing = new Set(await findNotStored(deps.database, mailbox, gmailIds));
  const notStored = candidates.filter(({ gmailId }) => missing.has(gmailId));
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
    // The next messages are fetched while these are stored.
    if (!failed) prefetch();
    const messages = ready.flatMap((pending) => (pending.kind === 'ready' ? [pending.message] : []));
    stored += await store(deps.database, mailbox, messages);
    if (failed?.kind === 'failed') return { ...failed.failure, stored };
  }
  return { kind: 'ok', stored };
}

type FetchOutcome = Awaited<ReturnType<typeof fetchAndParse>>;
type PendingMessage = { done: Promise<FetchOutcome>; outcome: FetchOutcome | null };

function startFetch(...args: Parameters<typeof fetchAndParse>): PendingMessage {
  const pending: PendingMessage = { done: fetchAndParse(...args), outcome: null };
  // After a failure nobody awaits the others, whose rejection must not be unhandled.
  pending.done.then(
    (outcome) => {
      pending.outcome = outcome;
    },
    () => {},
  );
  return pending;
}

/** Takes fetched messages from the front of the queue for one transaction, up to a failure. */
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

function sizeOf(outcome: FetchOutcome): number {
  return outcome.kind === 'ready' ? outcome.message.fetched.raw.length : 0;
}

/** Stored alone: it changes its conversation before load-context.ts locks those of the others in order. */
function isSentCopy(outcome: FetchOutcome): boolean {
  return outcome.kind === 'ready' && outcome.message.parsed.deliveryId !== null;
}

/**
 * Stores messages in one transaction. If Postgres refuses a value, each is stored in its own, and the one
 * with the value is stored as unreadable with its raw bytes, so that it does not block the others. Returns
 * how many are new.
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
    if (!isDataError(error)) throw error; // the next sync fetches them again
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
 * Whether Postgres refused the values themselves: data exceptions, program limits, not-null or check
 * violations (SQLSTATE classes 22 and 54, codes 23502 and 23514). Other errors pass with a retry.
 */
function isDataError(error: unknown): boolean {
  return /^(22|54|23502|23514)/.test(String((error as { code?: unknown }).code ?? ''));
}

/** How much Gmail's clock and ours may differ (ms). */
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
  // Mail older than the connection is not imported (C8), even if it leaves Spam today.
  const since = mailbox.connectedAt.getTime() - clockSkewMs;
  const tooOld = !arrived && fetched !== null && fetched.internalDate.getTime() < since;
  if (!fetched || isExcluded(fetched.labels) || tooOld) return { kind: 'excluded' as const };
  return { kind: 'ready' as const, message: { fetched, ...(await parser.parse(fetched.raw)) } };
}

/** The Gmail ids that are not stored yet, in the order given. */
export async function findNotStored(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  gmailIds: string[],
): Promise<string[]> {
  if (gmailIds.length === 0) return [];
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      // As one array, because a full sync may list more ids than a statement takes parameters (65,535).
      .where('gmailId', '=', sql<string>`any(${gmailIds})`)
      .select('gmailId')
      .execute(),
  );
  const stored = new Set(rows.map(({ gmailId }) => gmailId));
  return gmailIds.filter((id) => !stored.has(id));
}
