import { type HistoryChange, listHistory } from '../../google/history.ts';
import { sendsRecorded } from '../../mailboxes/sends-under-way.ts';
import { excludedLabels, isExcluded } from '../fetch/fetch-message.ts';
import { type ReceiveDeps, receive } from '../fetch/receive.ts';
import type { Candidate } from '../fetch/unfetched-messages.ts';
import { followGmail } from './follow-gmail.ts';
import type { SyncBatch, SyncedMailbox } from './sync-state.ts';

/**
 * Reads one page of history after the cursor (users.history.list). When all that the page covers is stored or
 * set aside, and followed where two-way sync is on, the caller moves the cursor to the end of the page (`readTo`), so
 * that a restart continues there.
 */
export async function partialSync(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  let page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor });
  // An empty page that is not the last has no history id to move the cursor to.
  while (page.kind === 'ok' && page.value.changes.length === 0 && page.value.nextPageToken) {
    const { nextPageToken } = page.value;
    page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor, pageToken: nextPageToken });
  }
  if (page.kind !== 'ok') return page;
  const { nextStartHistoryId, nextPageToken } = page.value;
  // Gmail or our database was restored: the cursor is ahead, and Gmail would report nothing until it is reached.
  if (!nextPageToken && BigInt(nextStartHistoryId) < BigInt(mailbox.cursor))
    return { kind: 'history-expired' };
  if (page.value.changes.some(({ labels }) => labels.includes('SENT')))
    await sendsRecorded(mailbox.mailboxId);
  const received = await receive(deps, mailbox, candidatesOf(page.value.changes));
  if (received.kind !== 'ok') return received;
  const failure = await followGmail(deps, mailbox, page.value.changes);
  if (failure) return { ...failure, stored: received.stored };
  return {
    kind: 'ok',
    stored: received.stored,
    more: nextPageToken !== null,
    readTo: nextStartHistoryId,
  };
}

/** A message with one of these labels removed may have to be stored now. */
const excludingLabels = new Set(excludedLabels);
/** One with these added as well: it left Spam, or Gmail's own Schedule send. */
const storingLabels = new Set(['INBOX', 'SENT']);

/**
 * The messages that a page of history may make us store, oldest first, each once: new ones, those that left Spam
 * or Trash, which Gmail reports as a change of labels only (docs/gmail.md, trap 6), and those whose scheduled
 * time came. These labels may be outdated; the labels of the fetched message decide.
 */
function candidatesOf(changes: HistoryChange[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { kind, messageId: gmailId, labels } of changes) {
    if (kind === 'deleted') found.delete(gmailId);
    const arrived = kind === 'added';
    const mayCountNow =
      (kind === 'labels-removed' && labels.some((label) => excludingLabels.has(label))) ||
      (kind === 'labels-added' && labels.some((label) => storingLabels.has(label)));
    if ((arrived && !isExcluded(labels)) || mayCountNow) {
      // Gmail may date scheduled mail by when it was scheduled, which may be before the connection.
      const isNew = arrived || labels.includes('SCHEDULED') || labels.includes('SENT');
      found.set(gmailId, { gmailId, arrived: isNew || (found.get(gmailId)?.arrived ?? false) });
    }
  }
  return [...found.values()];
}
