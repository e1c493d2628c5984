import { createHash } from 'node:crypto';
import { publishNotification } from '../pubsub/publish.ts';
import type { Simulator } from '../simulator.ts';

/** Above 2^53, where a JavaScript number would no longer be exact; Gmail's are unsigned 64-bit. */
const firstHistoryId = 2n ** 53n;

const padded = (id: bigint) => id.toString().padStart(20, '0');

/** A history id as Gmail writes it: decimal, without leading zeros. */
export function formatHistoryId(stored: string): string {
  return BigInt(stored).toString();
}

/** The mailbox's current history id, as stored; creates the mailbox on first use. */
export function historyIdOf({ store }: Simulator, account: string): string {
  const row = store.get<{ history_id: string }>(
    'SELECT history_id FROM mailboxes WHERE account = ?',
    account,
  );
  if (row) return row.history_id;
  const offset = BigInt(createHash('sha256').update(account).digest().readUInt32BE());
  const id = padded(firstHistoryId + offset);
  store.run('INSERT INTO mailboxes (account, history_id, history_from) VALUES (?, ?, ?)', account, id, id);
  return id;
}

export type HistoryKind = 'messageAdded' | 'messageDeleted' | 'labelAdded' | 'labelRemoved';

/** Adds a record to a mailbox's history; its ids rise with gaps, as Gmail's do. Returns the new id. */
export function recordHistory(
  simulator: Simulator,
  account: string,
  change: { kind: HistoryKind; messageId: string; threadId: string; labels: string[]; allLabels: string[] },
): string {
  const { store } = simulator;
  const id = padded(BigInt(historyIdOf(simulator, account)) + 1n + BigInt(Math.floor(Math.random() * 40)));
  store.run('UPDATE mailboxes SET history_id = ? WHERE account = ?', id, account);
  store.run(
    'INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?)',
    account,
    id,
    change.kind,
    change.messageId,
    change.threadId,
    JSON.stringify(change.labels),
    JSON.stringify(change.allLabels),
  );
  store.run('UPDATE messages SET history_id = ? WHERE account = ? AND id = ?', id, account, change.messageId);
  return id;
}

/** Publishes a notification if the mailbox is watched (users.watch). */
export function notifyWatcher(simulator: Simulator, account: string): void {
  const { store, clock } = simulator;
  const watch = store.get<{ topic: string; expires_at: number }>(
    'SELECT * FROM watches WHERE account = ?',
    account,
  );
  if (!watch || watch.expires_at <= clock.now()) return;
  const historyId = formatHistoryId(historyIdOf(simulator, account));
  publishNotification(simulator, watch.topic, { emailAddress: account, historyId });
}
