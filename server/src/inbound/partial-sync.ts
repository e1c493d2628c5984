import { listHistory } from '../google/history.ts';
import { candidates } from './candidates.ts';
import { advanceCursor } from './cursor.ts';
import { type ReceiveDeps, receive } from './receive.ts';
import type { SyncBatch, SyncedMailbox } from './sync-batch.ts';

/**
 * Reads one page of history after the cursor and moves the cursor to the end of the page, once all
 * that the page covers is stored. A restart goes on from there.
 */
export async function partialSync(deps: ReceiveDeps, mailbox: SyncedMailbox): Promise<SyncBatch> {
  let page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor });
  // An empty page that is not the last has no end to move the cursor to: go on to the next.
  while (page.kind === 'ok' && page.value.changes.length === 0 && page.value.nextPageToken) {
    const { nextPageToken } = page.value;
    page = await listHistory(deps.gmail, { startHistoryId: mailbox.cursor, pageToken: nextPageToken });
  }
  if (page.kind !== 'ok') return page;
  const received = await receive(deps, mailbox, candidates(page.value.changes));
  if (received.kind !== 'ok') return received;
  await advanceCursor(deps.database, mailbox, page.value.nextStartHistoryId);
  return { kind: 'ok', stored: received.stored, more: page.value.nextPageToken !== null };
}
