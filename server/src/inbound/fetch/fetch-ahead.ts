import { setTimeout as sleep } from 'node:timers/promises';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { release } from '../../own-memory.ts';
import type { Parser } from '../parse/parser.ts';
import { fetchMessage, isExcluded } from './fetch-message.ts';
import type { Candidate } from './unfetched-messages.ts';

/** How many messages of one mailbox are fetched ahead of those being stored; at the start a few only. */
const maxPrefetch = 32;
const initialPrefetch = 4;
/**
 * How long a message that is fetched waits for the others of its transaction, for each of them (ms): longer for many, where
 * a larger transaction saves more than the delay costs.
 */
const gatherMs = 40;
/** So many are gathered, if that many are wanted. */
const gatheredAtLeast = 8;
/** How many bytes are fetched ahead; a message still being fetched counts as the largest of the last ones. */
const maxPrefetchBytes = 64 * 1024 * 1024;
/** How many messages, and how many bytes, are stored in one transaction at most. */
const maxBatchSize = 32;
const maxBatchBytes = 8 * 1024 * 1024;

export type FetchDeps = {
  parser: Parser;
  gmail: Gmail;
  signal: AbortSignal;
  /** Waits after a 404 in milliseconds (fetch-message.ts). */
  notFoundWaits?: number[];
};

/** `importId`: older mail is imported, which is all that was accepted before the connection. */
type FetchedMailbox = { connectedAt: Date; importId?: string | null };

/** Fetches messages ahead; yields them in the order given, as many as one transaction stores. */
export async function* fetchAhead(
  deps: FetchDeps,
  mailbox: FetchedMailbox,
  wanted: Candidate[],
): AsyncGenerator<FetchOutcome[]> {
  const queue: PendingMessage[] = [];
  let lastSizes: number[] = [];
  let next = 0;
  const canPrefetch = () => {
    if (queue.length === 0) return true;
    const fetched = queue.flatMap(({ outcome }) => outcome ?? []);
    if (fetched.some(({ kind }) => kind === 'failed')) return false;
    const before = next - queue.length + fetched.length;
    if (queue.length >= Math.min(maxPrefetch, initialPrefetch + before)) return false;
    const sizes = fetched.map(sizeOf);
    const estimatedSize = Math.max(0, ...lastSizes, ...sizes);
    const heldBytes = sizes.reduce((sum, size) => sum + size, 0);
    return heldBytes + estimatedSize * (queue.length - sizes.length + 1) <= maxPrefetchBytes;
  };
  const prefetch = () => {
    for (; next < wanted.length && canPrefetch(); next += 1) {
      queue.push(startFetch(deps, mailbox, wanted[next]!));
    }
  };
  /**
   * Waits for the first message, and a moment for others: a transaction costs more than three messages more in it. In a
   * backlog for half of those being fetched, as the other half is fetched while these are stored.
   */
  const gather = async () => {
    await queue[0]!.done;
    const left = queue.length + wanted.length - next;
    if (left === 1) return;
    const timeIsUp = sleep(gatherMs * Math.min(maxPrefetch / 2, left), true, { ref: false });
    for (;;) {
      prefetch();
      const late = queue
        .slice(0, Math.max(gatheredAtLeast, queue.length / 2))
        .find(({ outcome }) => !outcome);
      if (!late) return;
      const hasFailed = late.done.then(
        () => false,
        () => true,
      );
      if (await Promise.race([hasFailed, timeIsUp])) return;
    }
  };
  for (prefetch(); queue.length > 0; prefetch()) {
    await gather();
    const ready = takeReady(queue);
    lastSizes = [...lastSizes, ...ready.map(sizeOf)].slice(-maxPrefetch);
    // The next messages are fetched while these are stored.
    if (ready.at(-1)?.kind !== 'failed') prefetch();
    yield ready;
  }
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
  return outcome.kind === 'ready' ? outcome.message.fetched.size : 0;
}

/** Stored alone: it changes its conversation before load-context.ts locks those of the others in order. */
function isSentCopy(outcome: FetchOutcome): boolean {
  return outcome.kind === 'ready' && outcome.message.parsed.deliveryId !== null;
}

/** How much Gmail's clock and ours may differ (ms). */
const clockSkewMs = 2 * 60_000;

async function fetchAndParse(
  { gmail, parser, signal, notFoundWaits }: FetchDeps,
  mailbox: FetchedMailbox,
  candidate: Candidate,
) {
  const { gmailId, arrived } = candidate;
  const answer = await fetchMessage(gmail, gmailId, signal, notFoundWaits).catch((error): GoogleFailure => {
    if (!signal.aborted) throw error;
    return { kind: 'retry', after: null, cause: 'stopped', uncertain: false };
  });
  if (answer.kind === 'not-found') return { kind: 'gone' as const, candidate };
  if (answer.kind !== 'ok') return { kind: 'failed' as const, candidate, failure: answer };
  const fetched = answer.value;
  if (!fetched || isExcluded(fetched.labels)) return { kind: 'excluded' as const };
  // Mail older than the connection is stored by an import only (C8), even if it leaves Spam today.
  const isOld = fetched.internalDate.getTime() < mailbox.connectedAt.getTime() - clockSkewMs;
  if (mailbox.importId ? !isOld : isOld && !arrived) return { kind: 'excluded' as const };
  const { raw, ...others } = fetched;
  const read = await parser.parse(raw);
  release(raw);
  return { kind: 'ready' as const, message: { fetched: others, ...read } };
}
