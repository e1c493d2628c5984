import { backoff } from '../../backoff.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import { readingProblem } from '../../google/failure-problem.ts';
import { type IncompleteMessage, listMessages } from '../../google/messages.ts';
import { type ImportScope, importQuery } from '../../mailboxes/imports.ts';
import { receive } from '../fetch/receive.ts';
import { ImportStopped } from '../store/import-stopped.ts';
import { type SyncDeps, syncToEnd } from '../sync/sync-mailbox.ts';
import {
  addListed,
  countFetched,
  finishImport,
  finishListing,
  type ImportRef,
  loadRunningImport,
  nextToFetch,
  postponeImport,
  restartListing,
} from './import-state.ts';

type RunningImport = NonNullable<Awaited<ReturnType<typeof loadRunningImport>>>;
type Delay =
  | { kind: 'wait'; milliseconds: number }
  | { kind: 'failed'; failure: GoogleFailure | IncompleteMessage };
type Step = { kind: 'ok' | 'ended' } | Delay;

/** How many messages are fetched between two looks at whether the import was paused. */
const sliceSize = 32;
/** How long an import waits for the sync of its mailbox, or for a message that failed alone (ms). */
const pauseMs = 5_000;
const heldPauseMs = 1_000;

/**
 * Brings in the older mail of an import (G1): lists it, syncs what has arrived, then fetches and stores it through
 * the same code as what arrives (`receive`), oldest first and at the lowest priority of the quota. What is done is
 * in the tables, so another process can go on at any point. Returns when the import ends, is paused, waits or
 * fails, or when the signal aborts.
 */
export async function runImport(deps: SyncDeps, ref: ImportRef, signal: AbortSignal): Promise<void> {
  await deps.locks.tryLock(`import ${ref.mailboxId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    for (;;) {
      const running = stop.aborted ? null : await loadRunningImport(deps.database, ref);
      if (!running) return;
      const step = running.listedAt
        ? await fetchSlice(deps, ref, running, stop)
        : await listPage(deps, ref, running, stop);
      if (step.kind === 'ended') return;
      if (step.kind === 'wait' || step.kind === 'failed') {
        if (!stop.aborted) await postpone(deps, ref, step, running.failures);
        return;
      }
    }
  });
}

/** Sets when the import goes on. A mailbox that is disconnected is shown as such, and takes no import until then. */
async function postpone(
  { database }: SyncDeps,
  ref: ImportRef,
  step: Delay,
  failuresBefore: number,
): Promise<void> {
  const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds);
  if (step.kind === 'wait') {
    const until = inMs(step.milliseconds);
    return postponeImport(database, ref, { until, failures: failuresBefore, problem: null });
  }
  const { failure } = step;
  const until = inMs(backoff(failuresBefore, 'after' in failure ? failure.after : null));
  const problem = failure.kind === 'disconnected' ? null : readingProblem(failure);
  return postponeImport(database, ref, { until, failures: failuresBefore + 1, problem });
}

/** Lists the next page. After the last one, what has arrived is synced first, because it is not to be imported. */
async function listPage(
  deps: SyncDeps,
  ref: ImportRef,
  running: RunningImport,
  signal: AbortSignal,
): Promise<Step> {
  const { database } = deps;
  const gmail = deps.gmail(ref, { priority: 'import', signal });
  const query = importQuery(scopeOf(running), { connectedAt: running.connectedAt, since: running.since });
  const page = await listMessages(gmail, { query, pageToken: running.pageToken });
  if (page.kind === 'refused' && running.pageToken !== null) {
    await restartListing(database, ref);
    return { kind: 'wait', milliseconds: pauseMs };
  }
  if (page.kind !== 'ok') return { kind: 'failed', failure: page };
  const { messages, nextPageToken } = page.value;
  const gmailIds = messages.map(({ id }) => id);
  if (nextPageToken === null && !(await syncToEnd(deps, ref, signal))) {
    return { kind: 'wait', milliseconds: pauseMs };
  }
  await addListed(database, ref, gmailIds, nextPageToken);
  if (nextPageToken === null) await finishListing(database, ref);
  return { kind: 'ok' };
}

function scopeOf({ days, query }: RunningImport): ImportScope {
  return days === null ? { by: 'search', query } : { by: 'days', days };
}

/** Fetches and stores the next messages. What is set aside, deleted or left out does not hold the others up. */
async function fetchSlice(
  deps: SyncDeps,
  ref: ImportRef,
  { connectedAt, failingSince }: RunningImport,
  signal: AbortSignal,
): Promise<Step> {
  const { database, parser } = deps;
  const next = await nextToFetch(database, ref, sliceSize);
  if (next.length === 0) {
    await finishImport(database, ref);
    return { kind: 'ended' };
  }
  const gmail = deps.gmail(ref, { priority: 'import', signal });
  const candidates = next.flatMap(({ gmailId, withheld }) => (withheld ? [] : [{ gmailId, arrived: false }]));
  const received = await receive(
    // A message in the list has been readable for long: one that Gmail does not have was deleted.
    { database, parser, gmail, signal, notFoundWaits: [] },
    { ...ref, connectedAt, failingSince },
    candidates,
  ).catch((error) => {
    // What was fetched is not stored, and is fetched again when the import goes on.
    if (error instanceof ImportStopped) return null;
    throw error;
  });
  if (!received) return { kind: 'ended' };
  if (received.kind !== 'ok') {
    return received.held
      ? { kind: 'wait', milliseconds: heldPauseMs }
      : { kind: 'failed', failure: received };
  }
  await countFetched(
    database,
    ref,
    next.map(({ gmailId }) => gmailId),
  );
  return { kind: 'ok' };
}
