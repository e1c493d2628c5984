import { type HistoryChange, listHistory } from '../google/history.ts';
import { isExcluded } from './fetch-message.ts';
import { type Candidate, type ReceiveDeps, receive } from './receive.ts';
import { advanceCursor, type SyncBatch, type SyncedMailbox } from './sync-state.ts';

/**
 * Reads one page of history after the cursor (users.history.list). When all that the page covers is stored,
 * the cursor moves to the end of the page, so a restart continues there.
 */
export async function partialSync(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  let page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor });
  // An empty page that is not the last has no history id to move the cursor to.
  while (page.kind === 'ok' && page.value.changes.length === 0 && page.value.nextPageToken) {
    const { nextPageToken } = page.value;
    page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor, pageToken: nextPageToken });
  }
  if (page.kind !== 'ok') return page;
  const received = await receive(deps, mailbox, candidatesOf(page.value.changes));
  if (received.kind !== 'ok') return received;
  await advanceCursor(deps.database, mailbox, page.value.nextStartHistoryId);
  return { kind: 'ok', stored: received.stored, more: page.value.nextPageToken !== null };
}

/**
 * The messages that a page of history may make us store, oldest first, each once: new ones, and those that
 * left Spam or Trash, which Gmail reports as a change of labels only (docs/gmail.md, trap 6). These labels
 * may be outdated; the labels of the fetched message decide.
 */
function candidatesOf(changes: HistoryChange[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { kind, messageId: gmailId, labels } of changes) {
    const arrived = kind === 'added';
    const leftSpamOrTrash =
      (kind === 'labels-removed' && (labels.includes('SPAM') || labels.includes('TRASH'))) ||
      (kind === 'labels-added' && labels.includes('INBOX'));
    if ((arrived && !isExcluded(labels)) || leftSpamOrTrash) {
      found.set(gmailId, { gmailId, arrived: arrived || (found.get(gmailId)?.arrived ?? false) });
    }
  }
  return [...found.values()];
}
