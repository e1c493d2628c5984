import type { Simulator } from '../simulator.ts';
import { type Header, headerOf, idsIn, readHeaders } from './headers.ts';
import { historyIdOf, notifyWatcher, recordHistory } from './mailbox.ts';
import { snippetOf } from './snippet.ts';
import { threadKey } from './thread-key.ts';

/** A message in a mailbox, without its bytes. */
export type StoredMessage = {
  account: string;
  id: string;
  threadId: string;
  /** As stored: 20 digits. */
  historyId: string;
  internalDate: number;
  rfcMessageId: string | null;
  subject: string;
  from: string;
  to: string;
  snippet: string;
  headers: Header[];
  size: number;
  labels: string[];
};

type Row = {
  account: string;
  id: string;
  thread_id: string;
  history_id: string;
  internal_date: number;
  rfc_message_id: string | null;
  subject: string;
  from_text: string;
  to_text: string;
  snippet: string;
  headers: string;
  size: number;
};

const columns =
  'account, id, thread_id, history_id, internal_date, rfc_message_id, subject, from_text, to_text, snippet, headers, size';

function messageOf(simulator: Simulator, row: Row): StoredMessage {
  return {
    account: row.account,
    id: row.id,
    threadId: row.thread_id,
    historyId: row.history_id,
    internalDate: row.internal_date,
    rfcMessageId: row.rfc_message_id,
    subject: row.subject,
    from: row.from_text,
    to: row.to_text,
    snippet: row.snippet,
    headers: JSON.parse(row.headers) as Header[],
    size: row.size,
    labels: labelsOf(simulator, row.account, row.id),
  };
}

/** The labels of a message. */
export function labelsOf({ store }: Simulator, account: string, id: string): string[] {
  return store
    .all<{ label: string }>(
      'SELECT label FROM labels WHERE account = ? AND id = ? ORDER BY label',
      account,
      id,
    )
    .map(({ label }) => label);
}

/** One message; undefined if the mailbox has none with this id. */
export function findMessage(simulator: Simulator, account: string, id: string): StoredMessage | undefined {
  const row = simulator.store.get<Row>(
    `SELECT ${columns} FROM messages WHERE account = ? AND id = ?`,
    account,
    id,
  );
  return row && messageOf(simulator, row);
}

/** A message's bytes. */
export function rawOf({ store }: Simulator, account: string, id: string): Buffer {
  const row = store.get<{ raw: Uint8Array }>(
    'SELECT raw FROM messages WHERE account = ? AND id = ?',
    account,
    id,
  );
  return Buffer.from(row?.raw ?? []);
}

/** The messages of a thread, oldest first. */
export function threadMessages(simulator: Simulator, account: string, threadId: string): StoredMessage[] {
  return simulator.store
    .all<Row>(
      `SELECT ${columns} FROM messages WHERE account = ? AND thread_id = ? ORDER BY internal_date, number`,
      account,
      threadId,
    )
    .map((row) => messageOf(simulator, row));
}

/** The messages of a mailbox with this label (all of them without one), newest first. */
export function messagesWith(
  simulator: Simulator,
  account: string,
  { label, limit = 100 }: { label?: string; limit?: number } = {},
): StoredMessage[] {
  const rows = label
    ? simulator.store.all<{ id: string }>(
        'SELECT id FROM labels WHERE account = ? AND label = ? ORDER BY internal_date DESC, id DESC LIMIT ?',
        account,
        label,
        limit,
      )
    : simulator.store.all<{ id: string }>(
        'SELECT id FROM messages WHERE account = ? ORDER BY internal_date DESC, id DESC LIMIT ?',
        account,
        limit,
      );
  return rows.map(({ id }) => findMessage(simulator, account, id)!);
}

/** Ids are 16 ascending hexadecimal digits, like Gmail's; a new thread has the id of its first message. */
function nextId({ store }: Simulator): string {
  const last =
    store.get<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'messages'`)?.seq ?? 0;
  return (0x1970000000000000n + BigInt(last + 1) * 4099n).toString(16);
}

export type NewMessage = {
  raw: Buffer;
  labels: string[];
  threadId?: string | null;
  internalDate?: number;
  /** False: there is no history record of it, and no notification. */
  inHistory?: boolean;
};

/** Stores a message in a mailbox with these labels, adds a history record and publishes a notification. */
export function addMessage(simulator: Simulator, account: string, message: NewMessage): StoredMessage {
  const { store, clock } = simulator;
  const { inHistory = true } = message;
  const stored = store.transaction(() => {
    const id = nextId(simulator);
    const threadId = message.threadId ?? id;
    const { headers } = readHeaders(message.raw);
    const internalDate = message.internalDate ?? clock.now();
    store.run(
      `INSERT INTO messages (${columns}, thread_key, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      account,
      id,
      threadId,
      historyIdOf(simulator, account),
      internalDate,
      idsIn(headerOf(headers, 'Message-ID'))[0] ?? null,
      headerOf(headers, 'Subject'),
      headerOf(headers, 'From'),
      headerOf(headers, 'To'),
      snippetOf(message.raw),
      JSON.stringify(headers),
      message.raw.length,
      threadKey(headers),
      message.raw,
    );
    for (const label of new Set(message.labels)) {
      store.run('INSERT INTO labels VALUES (?, ?, ?, ?)', account, label, internalDate, id);
    }
    const change = { messageId: id, threadId, labels: [], allLabels: [...new Set(message.labels)] };
    if (inHistory) recordHistory(simulator, account, { kind: 'messageAdded', ...change });
    return findMessage(simulator, account, id)!;
  });
  if (inHistory) notifyWatcher(simulator, account);
  return stored;
}

/** Adds and removes labels of a message; adds no history record if nothing changes. */
export function changeLabels(
  simulator: Simulator,
  account: string,
  id: string,
  { add = [], remove = [] }: { add?: string[]; remove?: string[] },
): StoredMessage | undefined {
  const { store } = simulator;
  const message = findMessage(simulator, account, id);
  if (!message) return undefined;
  const added = add.filter((label) => !message.labels.includes(label));
  const removed = remove.filter((label) => message.labels.includes(label) && !add.includes(label));
  store.transaction(() => {
    for (const label of added) {
      store.run('INSERT INTO labels VALUES (?, ?, ?, ?)', account, label, message.internalDate, id);
    }
    for (const label of removed) {
      store.run('DELETE FROM labels WHERE account = ? AND id = ? AND label = ?', account, id, label);
    }
    const change = { messageId: id, threadId: message.threadId, allLabels: labelsOf(simulator, account, id) };
    if (removed.length)
      recordHistory(simulator, account, { kind: 'labelRemoved', labels: removed, ...change });
    if (added.length) recordHistory(simulator, account, { kind: 'labelAdded', labels: added, ...change });
  });
  if (added.length + removed.length > 0) notifyWatcher(simulator, account);
  return findMessage(simulator, account, id);
}

/** Deletes a message permanently; false if there is none with this id. */
export function deletePermanently(simulator: Simulator, account: string, id: string): boolean {
  const { store } = simulator;
  const message = findMessage(simulator, account, id);
  if (!message) return false;
  store.transaction(() => {
    const change = { messageId: id, threadId: message.threadId, labels: [], allLabels: message.labels };
    recordHistory(simulator, account, { kind: 'messageDeleted', ...change });
    store.run('DELETE FROM labels WHERE account = ? AND id = ?', account, id);
    store.run('DELETE FROM drafts WHERE account = ? AND message_id = ?', account, id);
    store.run('DELETE FROM messages WHERE account = ? AND id = ?', account, id);
  });
  notifyWatcher(simulator, account);
  return true;
}

/** The label changes of the actions in Gmail's web page. */
export const markSpam = (simulator: Simulator, account: string, id: string) =>
  changeLabels(simulator, account, id, { add: ['SPAM'], remove: ['INBOX'] });
export const notSpam = (simulator: Simulator, account: string, id: string) =>
  changeLabels(simulator, account, id, { add: ['INBOX'], remove: ['SPAM'] });
export const moveToTrash = (simulator: Simulator, account: string, id: string) =>
  changeLabels(simulator, account, id, { add: ['TRASH'], remove: ['INBOX', 'SPAM'] });
export const removeFromTrash = (simulator: Simulator, account: string, id: string) =>
  changeLabels(simulator, account, id, { add: ['INBOX'], remove: ['TRASH'] });
export const markAsRead = (simulator: Simulator, account: string, id: string) =>
  changeLabels(simulator, account, id, { remove: ['UNREAD'] });
