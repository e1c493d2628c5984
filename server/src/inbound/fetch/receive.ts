import { sql } from 'kysely';
import { type Database, runInInstance } from '../../database/instance-transaction.ts';
import { prepared } from '../../database/prepared-statements.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import { readingProblem } from '../../google/failure-problem.ts';
import type { IncompleteMessage } from '../../google/messages.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { type StoredProblem, storedProblem } from '../../problems.ts';
import { storeBatch } from '../store/store-batch.ts';
import { type FetchDeps, fetchAhead } from './fetch-ahead.ts';
import { isExcluded } from './fetch-message.ts';
import { canReadOthers, mayBeOfMessage } from './message-failures.ts';
import { getSummary } from './message-summary.ts';
import {
  type Candidate,
  countFailures,
  countGone,
  describeUnfetched,
  forgetUnfetched,
  unfetchedMessages,
} from './unfetched-messages.ts';

export type ReceiveDeps = FetchDeps & { database: Database };

/** `failingSince`: since when all its syncs fail; null or absent if they do not. */
export type ReceivingMailbox = {
  instanceId: string;
  mailboxId: string;
  connectedAt: Date;
  failingSince?: Date | null;
  /** The import of older mail (G1) that receives them; null or absent for what arrives. */
  importId?: string | null;
};

/**
 * A failure of Google's, and how many messages were stored before it. `held`: only single messages failed, others
 * were read; the cursor waits for them.
 */
export type ReceiveFailure = (GoogleFailure | IncompleteMessage) & { stored?: number; held?: true };

/** A message that could not be fetched or stored. `failure`: Google's; `error`: what storing it threw. */
type Failed = { candidate: Candidate } & (
  | { failure: GoogleFailure | IncompleteMessage }
  | { error: unknown }
);

/** So many failures in a row are judged at once, so that an outage is noticed early. */
const maxUnjudged = 8;

/**
 * Receives messages of one mailbox: fetch ─► parse ─► store. Fetching runs ahead; storing keeps the order given.
 * Stops at the first failure of the whole mailbox; what was fetched ahead is fetched again by the next sync. A
 * message that fails alone, while others are read, is passed over. The result is a failure with `held` until it
 * has failed a few times and is set aside. One that Gmail does not have (yet) is looked for again for an hour. `retrying`: those set aside are tried as well.
 */
export async function receive(
  deps: ReceiveDeps,
  mailbox: ReceivingMailbox,
  candidates: Candidate[],
  { retrying = false } = {},
): Promise<{ kind: 'ok'; stored: number } | ReceiveFailure> {
  if (candidates.length === 0) return { kind: 'ok', stored: 0 };
  const gmailIds = candidates.map(({ gmailId }) => gmailId);
  const { mailboxId } = mailbox;
  const [storedRows, unfetchedRows] = await runInInstance(deps.database, mailbox.instanceId, [
    storedKeys.with({ mailboxId, gmailIds }),
    unfetchedMessages.with({ mailboxId, gmailIds }),
  ]);
  const missing = new Set(notAmong(gmailIds, storedRows));
  const unfetched = new Map(
    unfetchedRows.map(({ gmailId, setAsideAt }) => [gmailId, { setAside: setAsideAt !== null }]),
  );
  const wanted = candidates.filter(
    ({ gmailId }) => missing.has(gmailId) && (retrying || !unfetched.get(gmailId)?.setAside),
  );
  const failed: Failed[] = [];
  const unjudged: Failed[] = [];
  const gone: Candidate[] = [];
  let stored = 0;
  const fetchDeps = retrying ? { ...deps, notFoundWaits: [] } : deps;
  for await (const ready of fetchAhead(fetchDeps, mailbox, wanted)) {
    gone.push(...ready.flatMap((one) => (one.kind === 'gone' ? [one.candidate] : [])));
    const messages = ready.flatMap((one) => (one.kind === 'ready' ? [one.message] : []));
    const batch = await storeBatch(deps.database, mailbox, messages);
    stored += batch.stored;
    for (const { message, error } of batch.failed) {
      const { gmailId } = message.fetched;
      failed.push({ candidate: wanted.find((one) => one.gmailId === gmailId)!, error });
    }
    const last = ready.at(-1);
    if (last?.kind !== 'failed') continue;
    if (!mayBeOfMessage(last.failure, mailbox.failingSince ?? null)) return { ...last.failure, stored };
    unjudged.push({ candidate: last.candidate, failure: last.failure });
    if (unjudged.length < maxUnjudged) continue;
    if (!(await canReadOthers(deps, mailbox, idsOf(unjudged)))) return { ...last.failure, stored };
    failed.push(...unjudged.splice(0));
  }
  const [first] = unjudged;
  if (first && 'failure' in first && !(await canReadOthers(deps, mailbox, idsOf(unjudged)))) {
    return { ...first.failure, stored };
  }
  failed.push(...unjudged);
  const held = await settleFailures(deps, mailbox, failed);
  await countGone(deps.database, mailbox, gone);
  const unsettledIds = new Set([...idsOf(failed), ...gone.map(({ gmailId }) => gmailId)]);
  const settled = [...unfetched.keys()].filter(
    (id) => !unsettledIds.has(id) && (retrying || !missing.has(id) || !unfetched.get(id)!.setAside),
  );
  await forgetUnfetched(deps.database, mailbox, settled);
  return held ? { ...held, stored, held: true } : { kind: 'ok', stored };
}

const idsOf = (failed: Failed[]) => new Set(failed.map(({ candidate }) => candidate.gmailId));

/**
 * Counts the failures of messages. Returns the first one that is not set aside yet, for which the cursor waits;
 * throws it if it was thrown.
 */
async function settleFailures(
  deps: ReceiveDeps,
  mailbox: ReceivingMailbox,
  failed: Failed[],
): Promise<GoogleFailure | IncompleteMessage | null> {
  if (failed.length === 0) return null;
  const { waiting, setAside } = await countFailures(
    deps.database,
    mailbox,
    failed.map((one) => ({ candidate: one.candidate, problem: problemOf(one) })),
  );
  for (const gmailId of setAside) await describe(deps, mailbox, gmailId);
  const held = failed.find(({ candidate }) => waiting.includes(candidate.gmailId));
  if (held && 'error' in held) throw held.error;
  return held?.failure ?? null;
}

function problemOf(failed: Failed): StoredProblem {
  return 'error' in failed ? storedProblem('message-not-stored') : readingProblem(failed.failure);
}

/** Adds the subject and sender of a message that is set aside, if Gmail returns its headers. */
async function describe(deps: ReceiveDeps, mailbox: ReceivingMailbox, gmailId: string): Promise<void> {
  const answer = await getSummary(deps.gmail, gmailId);
  if (answer.kind !== 'ok') return;
  const { labels, from: sender, ...summary } = answer.value;
  if (isExcluded(labels)) await forgetUnfetched(deps.database, mailbox, [gmailId]);
  else await describeUnfetched(deps.database, mailbox, gmailId, { ...summary, sender });
}

/** The Gmail ids that are not stored yet, in the order given. */
export async function findNotStored(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
  gmailIds: string[],
): Promise<string[]> {
  if (gmailIds.length === 0) return [];
  const [rows] = await runInInstance(database, instanceId, [storedKeys.with({ mailboxId, gmailIds })]);
  return notAmong(gmailIds, rows);
}

// As one array, because a full sync may list more ids than a statement takes parameters (65,535).
const storedKeys = prepared((db, { mailboxId, gmailIds }: { mailboxId: string; gmailIds: string[] }) =>
  db
    .selectFrom('gmailMessage')
    .where('mailboxId', '=', mailboxId)
    .where('gmailId', '=', sql<string>`any(${gmailIds}::text[])`)
    .select('gmailId'),
);

function notAmong(gmailIds: string[], rows: Array<{ gmailId: string }>): string[] {
  const stored = new Set(rows.map(({ gmailId }) => gmailId));
  return gmailIds.filter((id) => !stored.has(id));
}
