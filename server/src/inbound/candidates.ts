import type { HistoryChange } from '../google/history.ts';
import { isExcluded } from './fetched-message.ts';

/** A message to look at. `arrived`: history says it came after the cursor, whatever its date. */
export type Candidate = { gmailId: string; arrived: boolean };

/**
 * The messages a stretch of history asks us to look at, oldest first, each once: new ones, and those
 * that left Spam or Trash, which Gmail tells as a change of labels alone (facts, trap 6). The labels
 * told here may be old; what decides is what the fetched message carries.
 */
export function candidates(changes: HistoryChange[]): Candidate[] {
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
