import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { addressesOf, normalizeAddress } from '../mail/mime/addresses.ts';
import { ownAddresses } from '../mailboxes/own-addresses.ts';
import { lockTwoConversations } from './lock-conversation.ts';
import { mergeConversation } from './merge-conversations.ts';
import { addParticipants } from './participants.ts';
import { type Named, recognizeNamed } from './recognize-named.ts';

/** A message that was just stored, or whose Message-ID just became known. */
export type Parent = { rfcMessageId: string; conversationId: string; sentAt: Date };

/**
 * Merges the conversations of messages that cite these, but were stored before them, into theirs (R4): the
 * result is that of storing them in order. A merge can be undone. The caller holds the locks of the Message-IDs.
 */
export async function joinParents(tx: InstanceTransaction, parents: Parent[]): Promise<void> {
  if (parents.length === 0) return;
  const awaiting = await findAwaiting(tx, { ids: parents.map(({ rfcMessageId }) => rfcMessageId) });
  const joined = new Map<string, string>();
  const currentId = (id: string): string => (joined.has(id) ? currentId(joined.get(id)!) : id);
  for (const { rfcMessageId, conversationId, until } of awaiting) {
    const parent = parents.find((one) => one.rfcMessageId === rfcMessageId)!;
    // Whoever knows the id of an old message could otherwise take over the conversation of those who cite it.
    if (joined.has(conversationId) || parent.sentAt > until) continue;
    const intoId = currentId(parent.conversationId);
    if (intoId !== conversationId && (await joinConversation(tx, conversationId, intoId))) {
      joined.set(conversationId, intoId);
    }
  }
}

const findAwaiting = prepared((db, { ids }: { ids: string[] }) =>
  db
    .selectFrom('awaitedMessage')
    .where('rfcMessageId', '=', sql<string>`any(${ids}::text[])`)
    .select(['rfcMessageId', 'conversationId', 'until'])
    .orderBy('conversationId'),
);

/** Merges one into the other as if its messages had been stored there. Returns false for quiet conversations, which nothing joins. */
export async function joinConversation(
  tx: InstanceTransaction,
  fromId: string,
  intoId: string,
): Promise<boolean> {
  const [from, into] = await lockTwoConversations(tx, fromId, intoId);
  if (from.quietFor !== null || into.quietFor !== null) return false;
  const moved = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', fromId)
    .select(['id', 'direction', 'kind', 'writerAddress', 'fromAddress', 'recipients', 'sentAt'])
    .orderBy('sentAt')
    .orderBy('id')
    .execute();
  const reopens = moved.some(({ direction, kind }) => direction === 'inbound' && isPersonal(kind));
  await mergeConversation(tx, { fromId, intoId, actorId: null, now: new Date(), reopens });
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({ assigneeId: eb.fn.coalesce('assigneeId', eb.val(from.assigneeId)) }))
    .where('id', '=', intoId)
    .execute();
  await recognizeParticipants(tx, intoId, moved);
  return true;
}

function isPersonal(kind: string): boolean {
  return kind === 'ordinary' || kind === 'list';
}

type MovedMessage = {
  id: string;
  direction: string;
  kind: string;
  writerAddress: string;
  fromAddress: string;
  recipients: {
    to: Array<{ address: string }>;
    cc: Array<{ address: string }>;
    bcc: Array<{ address: string }>;
  };
  sentAt: Date;
};

/** Marks what new participants wrote; those to whom participants or we wrote take part. */
async function recognizeParticipants(
  tx: InstanceTransaction,
  conversationId: string,
  messages: MovedMessage[],
): Promise<void> {
  const rows = await tx.sql
    .selectFrom('participant')
    .where('conversationId', '=', conversationId)
    .select('address')
    .unionAll(
      tx.sql
        .selectFrom('conversation')
        .innerJoin('customerAddress', 'customerAddress.customerId', 'conversation.customerId')
        .where('conversation.id', '=', conversationId)
        .select('customerAddress.address'),
    )
    .unionAll(tx.sql.selectFrom('users').select('email as address'))
    .execute();
  const known = new Set(rows.map(({ address }) => normalizeAddress(address)));
  const own = await ownAddresses(tx);
  const named: Named[] = [];
  for (const { id, direction, kind, writerAddress, fromAddress, recipients, sentAt } of messages) {
    if (direction === 'note' || !isPersonal(kind)) continue;
    const writer = writerAddress || normalizeAddress(fromAddress);
    const isNew = direction === 'inbound' && writer !== '' && !known.has(writer) && !own.has(writer);
    // One marked before may be by somebody who takes part here.
    await tx.sql.updateTable('message').set({ fromNewParticipant: isNew }).where('id', '=', id).execute();
    if (isNew) continue;
    const addresses = addressesOf(recipients);
    const added = [writer, ...addresses].filter((address) => address !== '' && !known.has(address));
    for (const address of added) known.add(address);
    await addParticipants(tx, conversationId, [...new Set(added)]);
    named.push({ conversationId, sentAt, addresses });
  }
  await recognizeNamed(tx, named);
}
