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

/**
 * Makes whoever stores a message of the same thread wait until this transaction ends, in this
 * mailbox or another: two of them at once must not each open a conversation.
 */
export async function lockThread(tx: InstanceTransaction, clues: ThreadClues): Promise<void> {
  const names = [`${clues.mailboxId} ${clues.gmailThreadId}`, ...cited(clues)];
  if (clues.rfcMessageId) names.push(clues.rfcMessageId);
  const keys = [...new Set(names)].map((name) => lockKey(`${tx.instanceId} ${name}`)).sort(ascending);
  // Always in the same order, so that two who wait cannot wait for each other.
  await sql`select pg_advisory_xact_lock(key) from unnest(${sql.val(keys.map(String))}::bigint[]) as key`.execute(
    tx.sql,
  );
}

/**
 * The conversation a message joins: by Gmail thread in its mailbox, then by the nearest message it
 * cites that this instance knows (In-Reply-To first, then References from the newest back).
 */
export async function findConversation(tx: InstanceTransaction, clues: ThreadClues): Promise<string | null> {
  const byThread = await tx.sql
    .selectFrom('gmailThread')
    .where('mailboxId', '=', clues.mailboxId)
    .where('gmailThreadId', '=', clues.gmailThreadId)
    .select('conversationId')
    .executeTakeFirst();
  if (byThread) return byThread.conversationId;
  const ids = cited(clues);
  if (ids.length === 0) return null;
  const known = await tx.sql
    .selectFrom('message')
    .where('rfcMessageId', 'in', ids)
    .select(['rfcMessageId', 'conversationId'])
    .orderBy('createdAt')
    .execute();
  for (const id of ids) {
    const match = known.find(({ rfcMessageId }) => rfcMessageId === id);
    if (match) return match.conversationId;
  }
  return null;
}

/** The cited Message-IDs, nearest first, each once. */
function cited({ inReplyTo, references }: ThreadClues): string[] {
  const nearestFirst = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()];
  return [...new Set(nearestFirst)].slice(0, citedAtMost);
}

function lockKey(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
