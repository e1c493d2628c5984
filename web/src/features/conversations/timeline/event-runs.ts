import type { ConversationEvent, Message } from '../../../api/client.ts';

/** Shorter runs of events are shown line by line. */
const foldedFrom = 3;

/**
 * The messages and events of a timeline, oldest first, with events that follow one another as one array. Merges and
 * splits stay by themselves, because they can be undone.
 */
export function withEventRuns(
  items: Array<Message | ConversationEvent>,
): Array<Message | ConversationEvent | ConversationEvent[]> {
  const shown: Array<Message | ConversationEvent | ConversationEvent[]> = [];
  let run: ConversationEvent[] = [];
  const endRun = () => {
    if (run.length >= foldedFrom) shown.push(run);
    else shown.push(...run);
    run = [];
  };
  for (const item of items) {
    if (isEvent(item) && item.otherId === null) run.push(item);
    else {
      endRun();
      shown.push(item);
    }
  }
  endRun();
  return shown;
}

/** Whether an item of a timeline is an event. */
export const isEvent = (item: Message | ConversationEvent): item is ConversationEvent =>
  'kind' in item && 'actor' in item;
