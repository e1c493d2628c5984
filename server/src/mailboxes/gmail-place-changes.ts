import type { Direction } from '../database/column-types.ts';
import type { GoogleResult } from '../google/errors.ts';
import type { Gmail } from '../google/gmail.ts';
import { getThreadLabels, type LabelChange } from '../google/labels.ts';

/** What is wanted for a conversation in one mailbox, and its messages there, oldest first. */
export type WantedPlace = {
  conversationId: string;
  place: 'inbox' | 'archive' | 'spam' | null;
  /** Messages until then have been read here; null: nothing is wanted. */
  readUntil: Date | null;
  version: number;
  copies: Array<{ gmailId: string; gmailThreadId: string; direction: Direction; internalDate: Date }>;
};

const changeTo: Record<NonNullable<WantedPlace['place']>, LabelChange> = {
  archive: { add: [], remove: ['INBOX'] },
  inbox: { add: ['INBOX'], remove: ['SPAM'] },
  spam: { add: ['SPAM'], remove: ['INBOX'] },
};

/**
 * The label changes that bring Gmail to what is wanted, each label change with all its messages. Only messages stored
 * here are named: one that arrives meanwhile stays where it is.
 */
export async function changesOf(
  gmail: Gmail,
  wanted: WantedPlace[],
): Promise<GoogleResult<Array<LabelChange & { ids: string[] }>>> {
  const changes = new Map<string, LabelChange & { ids: string[] }>();
  const add = (change: LabelChange, ids: string[]) => {
    if (ids.length === 0) return;
    const key = JSON.stringify(change);
    const before = changes.get(key);
    changes.set(key, { ...change, ids: [...(before?.ids ?? []), ...ids] });
  };
  for (const { place, readUntil, copies } of wanted) {
    if (place === 'archive') {
      add(
        changeTo.archive,
        copies.map(({ gmailId }) => gmailId),
      );
    } else if (place) {
      const ids = await movable(gmail, place, copies);
      if (ids.kind !== 'ok') return ids;
      add(changeTo[place], ids.value);
    }
    const read = copies.filter(({ internalDate }) => readUntil !== null && internalDate <= readUntil);
    add(
      { add: [], remove: ['UNREAD'] },
      read.map(({ gmailId }) => gmailId),
    );
  }
  return { kind: 'ok', value: [...changes.values()] };
}

/**
 * The received messages that go to the inbox or to spam: none that was moved to the trash in Gmail. The newest of a
 * thread is enough to bring the thread back to the inbox.
 */
async function movable(
  gmail: Gmail,
  place: 'inbox' | 'spam',
  copies: WantedPlace['copies'],
): Promise<GoogleResult<string[]>> {
  const inbound = copies.filter(({ direction }) => direction === 'inbound');
  const ids: string[] = [];
  for (const [threadId, inThread] of Map.groupBy(inbound, ({ gmailThreadId }) => gmailThreadId)) {
    const answer = await getThreadLabels(gmail, threadId);
    if (answer.kind === 'not-found') continue;
    if (answer.kind !== 'ok') return answer;
    const there = inThread
      .map(({ gmailId }) => gmailId)
      .filter((id) => answer.value.has(id) && !answer.value.get(id)!.includes('TRASH'));
    ids.push(...(place === 'inbox' ? there.slice(-1) : there));
  }
  return { kind: 'ok', value: ids };
}
