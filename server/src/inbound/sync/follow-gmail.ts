import { recordConversationEvent } from '../../conversations/conversation-events.ts';
import type { Database, InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordEvent } from '../../events/record-event.ts';
import type { GoogleFailure } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import type { HistoryChange } from '../../google/history.ts';
import { getLabels } from '../../google/labels.ts';
import type { SyncedMailbox } from './sync-state.ts';

type Place = 'inbox' | 'archive' | 'spam' | 'trash';

/**
 * Two-way sync (G2): a conversation whose newest message was archived or moved to spam in Gmail becomes done here, and
 * one that was moved back to the inbox is open again. Messages stay (R2). Our own changes come back in the history too;
 * they change nothing, because Gmail then has the place that is wanted or known here. Only what differs is asked for
 * again, as the history may be older than our last change. Returns the failure of Google's, if there was one.
 */
export async function followGmail(
  { database, gmail }: { database: Database; gmail: Gmail },
  mailbox: SyncedMailbox,
  changes: HistoryChange[],
): Promise<GoogleFailure | null> {
  if (!mailbox.twoWay) return null;
  const places = placesIn(changes);
  if (places.size === 0) return null;
  const moved = await findMoved(database, mailbox, [...places.keys()]);
  for (const one of moved) {
    if (places.get(one.gmailId) === one.knownPlace) continue;
    const answer = await getLabels(gmail, one.gmailId);
    if (answer.kind === 'not-found') continue;
    if (answer.kind !== 'ok') return answer;
    const place = placeOf(answer.value);
    await database.inInstance(mailbox.instanceId, (tx) =>
      copyPlace(tx, mailbox.mailboxId, { ...one, place }),
    );
  }
  return null;
}

const placeLabels = ['INBOX', 'SPAM', 'TRASH'];

/** Where the history leaves each message whose place it changes, by its Gmail id. */
function placesIn(changes: HistoryChange[]): Map<string, Place> {
  const labels = new Map<string, Set<string>>();
  for (const { kind, messageId, labels: changed } of changes) {
    if (kind !== 'labels-added' && kind !== 'labels-removed') continue;
    const ofPlace = changed.filter((label) => placeLabels.includes(label));
    if (ofPlace.length === 0) continue;
    const now = labels.get(messageId) ?? new Set();
    for (const label of ofPlace) kind === 'labels-added' ? now.add(label) : now.delete(label);
    labels.set(messageId, now);
  }
  return new Map([...labels].map(([id, now]) => [id, placeOf([...now])]));
}

/** Where a message with these labels is in Gmail. */
export function placeOf(labels: string[]): Place {
  if (labels.includes('TRASH')) return 'trash';
  if (labels.includes('SPAM')) return 'spam';
  return labels.includes('INBOX') ? 'inbox' : 'archive';
}

export type Moved = { conversationId: string; gmailId: string; knownPlace: Place | null };

/** The conversations of which one of these is the newest received message, unless Postroom wants it elsewhere. */
function findMoved(
  database: Database,
  { instanceId, mailboxId }: SyncedMailbox,
  gmailIds: string[],
): Promise<Moved[]> {
  return database.inInstance(instanceId, async (tx) => {
    const touched = await tx.sql
      .selectFrom('gmailMessage')
      .innerJoin('message', (join) =>
        join
          .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('message.id', '=', 'gmailMessage.messageId'),
      )
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .where('gmailMessage.gmailId', 'in', gmailIds)
      .select('message.conversationId')
      .distinct()
      .execute();
    if (touched.length === 0) return [];
    const newest = await tx.sql
      .selectFrom('gmailMessage')
      .innerJoin('message', (join) =>
        join
          .onRef('message.instanceId', '=', 'gmailMessage.instanceId')
          .onRef('message.id', '=', 'gmailMessage.messageId'),
      )
      .leftJoin('gmailPlace', (join) =>
        join
          .onRef('gmailPlace.conversationId', '=', 'message.conversationId')
          .onRef('gmailPlace.mailboxId', '=', 'gmailMessage.mailboxId'),
      )
      .where('gmailMessage.mailboxId', '=', mailboxId)
      .where('message.direction', '=', 'inbound')
      .where(
        'message.conversationId',
        'in',
        touched.map(({ conversationId }) => conversationId),
      )
      .distinctOn('message.conversationId')
      .select([
        'message.conversationId',
        'gmailMessage.gmailId',
        'gmailPlace.knownPlace',
        'gmailPlace.wantedPlace',
      ])
      .orderBy('message.conversationId')
      .orderBy('gmailMessage.internalDate', 'desc')
      .orderBy('gmailMessage.gmailId', 'desc')
      .execute();
    return newest.filter(({ gmailId, wantedPlace }) => !wantedPlace && gmailIds.includes(gmailId));
  });
}

/** Brings the conversation to the place that its newest message has in Gmail. */
export async function copyPlace(
  tx: InstanceTransaction,
  mailboxId: string,
  { conversationId, knownPlace, place }: Moved & { place: Place },
): Promise<void> {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('status')
    .forUpdate()
    .executeTakeFirst();
  if (!conversation) return;
  const current = await tx.sql
    .selectFrom('gmailPlace')
    .where('conversationId', '=', conversationId)
    .where('mailboxId', '=', mailboxId)
    .select(['knownPlace', 'wantedPlace'])
    .forUpdate()
    .executeTakeFirst();
  // Changed here since: what is wanted here wins, and a change of ours may have been made after Gmail was asked.
  if (current?.wantedPlace || (current?.knownPlace ?? null) !== knownPlace || place === knownPlace) return;
  const isDone = conversation.status === 'done';
  const reopens = place === 'inbox' && isDone;
  const closes = (place === 'archive' || place === 'spam') && !isDone;
  if (reopens || closes) {
    const now = new Date();
    await tx.sql
      .updateTable('conversation')
      .set((eb) => ({
        status: closes ? 'done' : 'open',
        doneAt: closes ? now : null,
        snoozedUntil: null,
        version: eb('version', '+', 1),
        changedBy: null,
      }))
      .where('id', '=', conversationId)
      .execute();
    await recordConversationEvent(tx, {
      conversationId,
      kind: closes ? 'done' : 'reopened',
      actorId: null,
      via: place === 'spam' ? 'gmail-spam' : 'gmail',
      at: now,
    });
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
  }
  // Takes back what the change of status wants in this mailbox; other mailboxes of the conversation follow it.
  await tx.sql
    .insertInto('gmailPlace')
    .values({ instanceId: tx.instanceId, conversationId, mailboxId, knownPlace: place })
    .onConflict((conflict) =>
      conflict.columns(['instanceId', 'conversationId', 'mailboxId']).doUpdateSet((eb) => ({
        knownPlace: place,
        wantedPlace: null,
        dueAt: eb
          .case()
          .when('gmailPlace.wantedReadUntil', 'is', null)
          .then(null)
          .else(eb.ref('gmailPlace.dueAt'))
          .end(),
      })),
    )
    .execute();
}
