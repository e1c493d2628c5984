import { type Account, listAccounts } from '../accounts.ts';
import { messagesWith, type StoredMessage, threadMessages } from '../mail/messages.ts';
import type { Simulator } from '../simulator.ts';

export const folders = {
  inbox: { label: 'INBOX', title: 'Inbox' },
  sent: { label: 'SENT', title: 'Sent' },
  scheduled: { label: 'SCHEDULED', title: 'Scheduled' },
  spam: { label: 'SPAM', title: 'Spam' },
  trash: { label: 'TRASH', title: 'Trash' },
} as const;

export type Folder = keyof typeof folders;

export function isFolder(name: string): name is Folder {
  return name in folders;
}

export type Thread = { threadId: string; newest: StoredMessage; count: number; unread: boolean };

/** How many messages of a folder are read for its list. */
const maxMessages = 200;

/** The threads of a folder, the newest message's first. */
export function threadsIn(simulator: Simulator, account: string, folder: Folder): Thread[] {
  const threads = new Map<string, Thread>();
  for (const message of messagesWith(simulator, account, {
    label: folders[folder].label,
    limit: maxMessages,
  })) {
    if (!isInFolder(message, folder) || threads.has(message.threadId)) continue;
    const all = messagesShown(simulator, account, message.threadId, folder);
    threads.set(message.threadId, {
      threadId: message.threadId,
      newest: message,
      count: all.length,
      unread: all.some(({ labels }) => labels.includes('UNREAD')),
    });
  }
  return [...threads.values()];
}

/** The messages of a thread as this folder shows them, oldest first. */
export function messagesShown(
  simulator: Simulator,
  account: string,
  threadId: string,
  folder: Folder,
): StoredMessage[] {
  return threadMessages(simulator, account, threadId).filter((message) => isInFolder(message, folder));
}

/** Spam, trash and scheduled show only their own messages; the other folders show none of those, no drafts, no chats. */
function isInFolder({ labels }: StoredMessage, folder: Folder): boolean {
  if (folder === 'trash') return labels.includes('TRASH');
  if (folder === 'spam') return labels.includes('SPAM') && !labels.includes('TRASH');
  if (folder === 'scheduled') return labels.includes('SCHEDULED') && !labels.includes('TRASH');
  return !['TRASH', 'SPAM', 'DRAFT', 'SCHEDULED', 'CHAT'].some((label) => labels.includes(label));
}

export type AccountRow = { account: Account; unread: number };

/** The accounts with a mailbox, customers first, each with its unread messages (99 at most). */
export function accountRows({ store }: Simulator): AccountRow[] {
  const rows = listAccounts(store).filter(({ kind }) => kind === 'account');
  const ordered = [...rows.filter(({ hd }) => hd === null), ...rows.filter(({ hd }) => hd !== null)];
  return ordered.map((account) => ({
    account,
    unread:
      store.get<{ unread: number }>(
        `SELECT count(*) AS unread FROM (SELECT 1 FROM labels u
          JOIN labels i ON i.account = u.account AND i.id = u.id AND i.label = 'INBOX'
          WHERE u.account = ? AND u.label = 'UNREAD' LIMIT 99)`,
        account.email,
      )?.unread ?? 0,
  }));
}

/** A value that changes whenever any mailbox does. */
export function mailVersion({ store }: Simulator): string {
  const row = store.get<{ version: string | null }>(
    `SELECT group_concat(account || history_id) AS version FROM mailboxes`,
  );
  return `${row?.version ?? ''}${store.get<{ n: number }>('SELECT count(*) AS n FROM accounts')?.n}`;
}
