import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import type { Database } from '../database/bind.ts';
import type { GoogleFailure } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { fetchMessage } from './fetch.ts';
import { staysOut } from './fetched.ts';
import type { Parser } from './parser.ts';
import { readMessage } from './read.ts';
import { type StoreOutcome, storeMessage } from './store.ts';

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
  gmailIds: string[],
): Promise<{ kind: 'ok'; stored: number } | GoogleFailure> {
  const wanted = await unknownOf(needs.database, mailbox, gmailIds);
  const prepared = new Map<string, ReturnType<typeof prepare>>();
  let stored = 0;
  for (const [index, gmailId] of wanted.entries()) {
    for (const next of wanted.slice(index, index + ahead)) {
      if (!prepared.has(next)) prepared.set(next, prepare(needs, mailbox, next));
    }
    const answer = await prepared.get(gmailId)!;
    if (answer.kind === 'failed') {
      // What runs ahead is let go; it is fetched again with the next look.
      return answer.failure;
    }
    prepared.delete(gmailId);
    if (answer.kind === 'stays-out') continue;
    const outcome: StoreOutcome = await needs.database.inInstance(mailbox.instanceId, (tx) =>
      storeMessage(tx, { mailboxId: mailbox.mailboxId, ...answer.message }),
    );
    if (outcome.kind === 'stored') stored += 1;
  }
  return { kind: 'ok', stored };
}

async function prepare(
  { gmail, parser, signal }: ReceiveNeeds,
  mailbox: { connectedAt: Date },
  gmailId: string,
) {
  const answer = await fetchMessage(gmail, gmailId, signal).catch((error): GoogleFailure => {
    if (!signal.aborted) throw error;
    return { kind: 'retry', after: null, cause: 'stopped', uncertain: false };
  });
  if (answer.kind !== 'ok') return { kind: 'failed' as const, failure: answer };
  const fetched = answer.value;
  const tooOld = fetched && fetched.internalDate < mailbox.connectedAt && !fetched.labels.includes('SENT');
  if (!fetched || staysOut(fetched.labels) || tooOld) return { kind: 'stays-out' as const };
  const [parsed, zstd] = await Promise.all([parser.parse(fetched.raw), compress(fetched.raw)]);
  return { kind: 'ready' as const, message: { fetched, reading: readMessage(parsed), zstd } };
}

/** The ids not stored yet, in the order given: those known cost no fetch. */
async function unknownOf(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  gmailIds: string[],
): Promise<string[]> {
  if (gmailIds.length === 0) return [];
  const known = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .select('gmailId')
      .execute(),
  );
  const ids = new Set(known.map(({ gmailId }) => gmailId));
  return gmailIds.filter((id) => !ids.has(id));
}
