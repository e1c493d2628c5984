import type { HistoryChange } from '../google/history.ts';
import { staysOut } from './fetched.ts';

/**
 * The messages a stretch of history asks us to look at, oldest first, each once: new ones, and those
 * that left Spam or Trash, which Gmail tells as a change of labels alone (facts, trap 6). The labels
 * told here may be old; what decides is what the fetched message carries.
 */
export function candidates(changes: HistoryChange[]): string[] {
  const ids = new Set<string>();
  for (const { kind, messageId, labels } of changes) {
    const added = kind === 'added' && !staysOut(labels);
    const rescued =
      (kind === 'labels-removed' && (labels.includes('SPAM') || labels.includes('TRASH'))) ||
      (kind === 'labels-added' && labels.includes('INBOX'));
    if (added || rescued) ids.add(messageId);
  }
  return [...ids];
}
