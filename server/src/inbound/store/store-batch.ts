import type { Database } from '../../database/instance-transaction.ts';
import type { MessageToStore } from '../parse/parse-message.ts';
import { ImportStopped } from './import-stopped.ts';
import { storeMessages } from './store-messages.ts';

/** How many messages are new, and those that could not be stored although others can. */
export type StoredBatch = { stored: number; failed: Array<{ message: MessageToStore; error: unknown }> };

/**
 * Stores messages in one transaction. If that fails, each is stored in its own. One with a value that Postgres
 * refuses is stored as unreadable with its raw bytes; one that cannot be stored for another reason is in `failed`.
 * Throws if the failure is the database's, and ImportStopped if they are of an import that was stopped.
 */
export async function storeBatch(
  database: Database,
  mailbox: { instanceId: string; mailboxId: string; importId?: string | null },
  messages: MessageToStore[],
): Promise<StoredBatch> {
  if (messages.length === 0) return { stored: 0, failed: [] };
  const attempt = async (batch: MessageToStore[]): Promise<StoredBatch> => {
    const { instanceId, mailboxId, importId } = mailbox;
    const outcomes = await database.inInstance(
      instanceId,
      (tx) => storeMessages(tx, mailboxId, batch, importId),
      { plans: 'generic' },
    );
    return { stored: outcomes.filter(({ kind }) => kind === 'stored').length, failed: [] };
  };
  try {
    return await attempt(messages);
  } catch (error) {
    if (error instanceof ImportStopped) throw error;
    if (isOfDatabase(error)) throw error; // the next sync fetches them again
    const [only, ...more] = messages;
    if (more.length > 0) return storeEach(database, mailbox, messages);
    if (!isDataError(error)) return { stored: 0, failed: [{ message: only!, error }] };
    const reason = `It could not be stored as read: ${(error as Error).message}`;
    const { unreadable } = await import('../parse/parse-message.ts');
    return attempt([{ ...only!, parsed: unreadable(reason) }]);
  }
}

async function storeEach(...[database, mailbox, messages]: Parameters<typeof storeBatch>) {
  const all: StoredBatch = { stored: 0, failed: [] };
  for (const message of messages) {
    const { stored, failed } = await storeBatch(database, mailbox, [message]);
    all.stored += stored;
    all.failed.push(...failed);
  }
  return all;
}

/**
 * Whether Postgres refused the values themselves: data exceptions, program limits, not-null or check violations
 * (SQLSTATE classes 22 and 54, codes 23502 and 23514).
 */
function isDataError(error: unknown): boolean {
  return /^(22|54|23502|23514)/.test(codeOf(error));
}

/**
 * Whether the failure would meet every message: the connection, a conflict with another transaction, missing
 * rights or tables, a full disk, a shutdown (SQLSTATE classes 08, 25, 28, 40, 42, 53, 55, 57 and 58). A statement
 * that took too long or too much memory (57014, 53200) may be due to the message.
 */
function isOfDatabase(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '57014' || code === '53200') return false;
  return (
    /^(08|25|28|40|42|53|55|57|58)/.test(code) ||
    /^(E[A-Z]{4,}|ABORT_ERR)$/.test(code) ||
    /connection|timeout/i.test(String((error as Error | undefined)?.message))
  );
}

const codeOf = (error: unknown) => String((error as { code?: unknown } | undefined)?.code ?? '');
