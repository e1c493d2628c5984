import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/bind.ts';

/** What a message says about the conversation it belongs to (R4). */
export type ThreadClues = {
  mailboxId: string;
  gmailThreadId: string;
  rfcMessageId: string | null;
  inReplyTo: string | null;
  references: string[];
};

/** No mail client writes more; a longer list is a bomb. */
const citedAtMost = 100;

/** How many of a message's citations are locked: what is stored at the same moment is cited near the end. */
const lockedAtMost = 8;

/**
 * Makes whoever stores a message of the same thread or writer wait until this transaction ends, in this
 * mailbox or another: two of them at once must not each open a conversation, or make a customer.
 */
export async function lockThreads(
  tx: InstanceTransaction,
  messages: Array<{ clues: ThreadClues; people: string[] }>,
): Promise<void> {
  const names = messages.flatMap(({ clues, people }) => [
    `${clues.mailboxId} ${clues.gmailThreadId}`,
    ...cited(clues).slice(0, lockedAtMost),
    ...(clues.rfcMessageId ? [clues.rfcMessageId] : []),
    ...people,
  ]);
  const keys = [...new Set(names)].map((name) => lockKey(`${tx.instanceId} ${name}`)).sort(ascending);
  // Always in the same order, so that two who wait cannot wait for each other.
  await sql`select pg_advisory_xact_lock(key) from unnest(${sql.val(keys.map(String))}::bigint[]) as key`.execute(
    tx.sql,
  );
}

/** The cited Message-IDs, nearest first, each once. */
export function cited({ inReplyTo, references }: Pick<ThreadClues, 'inReplyTo' | 'references'>): string[] {
  const nearestFirst = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()];
  return [...new Set(nearestFirst)].slice(0, citedAtMost);
}

function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
