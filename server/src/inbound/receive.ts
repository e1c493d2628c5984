import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Database } from '../database/bind.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import type { Candidate } from './candidates.ts';
import { fetchMessage } from './fetch.ts';
import { staysOut } from './fetched.ts';
import type { Parser } from './parser.ts';
import { type Reading, readMessage, unreadable } from './read.ts';
import { type MessageToStore, type StoreOutcome, storeMessage } from './store.ts';

const compress = promisify(zstdCompress);

/** How many messages of one mailbox are fetched and parsed ahead of the one being stored. */
const ahead = 8;

export type ReceiveNeeds = { database: Database; parser: Parser; gmail: Gmail; signal: AbortSignal };

/**
 * The map of one message: fetch ─► parse ─► read ─► store, for messages of one mailbox in the order
 * given. Fetching runs ahead; storing keeps the order. Stops at the first failure of Google's.
 */
export async function receive(
  needs: ReceiveNeeds,
  mailbox: { instanceId: string; mailboxId: string; connectedAt: Date },
  candidates: Candidate[],
): Promise<{ kind: 'ok'; stored: number } | GoogleFailure> {
  const wanted = await unknownOf(needs.database, mailbox, candidates);
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  let stored = 0;
  for (const [index, { gmailId }] of wanted.entries()) {
    for (const next of wanted.slice(index, index + ahead)) {
      if (prepared.has(next.gmailId)) continue;
      const preparing = prepare(needs, mailbox, next);
      // One that is let go may still fail: nobody waits for it then.
      preparing.catch(() => {});
      prepared.set(next.gmailId, preparing);
    }
    const answer = await prepared.get(gmailId)!;
    if (answer.kind === 'failed') {
      // What runs ahead is let go; it is fetched again with the next look.
      return answer.failure;
    }
    prepared.delete(gmailId);
    if (answer.kind === 'stays-out') continue;
    const outcome = await store(needs.database, mailbox, answer.message);
    if (outcome.kind === 'stored') stored += 1;
  }
  return { kind: 'ok', stored };
}

/** Stores a message; one that the tables refuse is kept raw, so that it holds up none behind it. */
async function store(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  message: Omit<MessageToStore, 'mailboxId'>,
): Promise<StoreOutcome> {
  const attempt = (reading: Reading) =>
    database.inInstance(instanceId, (tx) => storeMessage(tx, { mailboxId, ...message, reading }));
  try {
    return await attempt(message.reading);
  } catch (error) {
    if (!isOfTheData(error)) throw error; // the message is read again
    return attempt(unreadable(`It could not be stored as read: ${(error as Error).message}`));
  }
}

/** Whether Postgres refused the values themselves (SQLSTATE classes 22, 23, 54), not for its own reasons. */
function isOfTheData(error: unknown): boolean {
  return /^(22|23|54)/.test(String((error as { code?: unknown }).code ?? ''));
}

/** Our clock and Google's may differ by this much (ms). */
const clocksDiffer = 2 * 60_000;

async function prepare(
  { gmail, parser, signal }: ReceiveNeeds,
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
  const since = mailbox.connectedAt.getTime() - clocksDiffer;
  const tooOld = !arrived && fetched !== null && fetched.internalDate.getTime() < since;
  if (!fetched || staysOut(fetched.labels) || tooOld) return { kind: 'stays-out' as const };
  const [parsed, zstd] = await Promise.all([parser.parse(fetched.raw), compress(fetched.raw)]);
  return { kind: 'ready' as const, message: { fetched, reading: readMessage(parsed), zstd } };
}

/** The ids not stored yet, in the order given: those known cost no fetch. */
async function unknownOf(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  candidates: Candidate[],
): Promise<Candidate[]> {
  if (candidates.length === 0) return [];
  const known = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where(
        'gmailId',
        'in',
        candidates.map(({ gmailId }) => gmailId),
      )
      .select('gmailId')
      .execute(),
  );
  const ids = new Set(known.map(({ gmailId }) => gmailId));
  return candidates.filter(({ gmailId }) => !ids.has(gmailId));
}
