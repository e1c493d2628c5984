import { sql } from 'kysely';
import type { Recipients } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';
import { addressesOf } from '../mail/mime/addresses.ts';
import { addParticipants } from './participants.ts';

/** Whom a message of somebody who takes part names as recipients, normalised. */
export type Named = { conversationId: string; sentAt: Date; addresses: string[] };

/**
 * Takes the mark of new participants from what people wrote after a message that names them and was stored later, because its
 * mailbox was read later (R12). Those whom they named in turn take part as well. They were added as participants before.
 */
export async function recognizeNamed(tx: InstanceTransaction, named: Named[]): Promise<void> {
  const all = named.filter(({ addresses }) => addresses.length > 0);
  if (all.length === 0) return;
  const unmarked = await unmark(tx, { named: JSON.stringify(all) });
  const next = unmarked.map(({ recipients, ...message }) => ({
    ...message,
    addresses: [...new Set(addressesOf(recipients))],
  }));
  for (const { conversationId, addresses } of next) {
    await addParticipants(
      tx,
      conversationId,
      addresses.filter((address) => address !== ''),
    );
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
  }
  await recognizeNamed(tx, next);
}

type Unmarked = { conversationId: string; sentAt: Date; recipients: Recipients };

/** A group that forwarded the message must take part too, as when a message is stored. */
const unmark = prepared(
  (_, { named }: { named: string }) => sql<Unmarked>`
    update message set from_new_participant = false
    where id = any(array(
      select marked.id
      from json_to_recordset(${named}::json) as named ("conversationId" uuid, "sentAt" timestamptz, addresses jsonb)
      -- Of a join Postgres may read all messages of the instance.
      cross join lateral (
        select id from message
        where conversation_id = named."conversationId" and sent_at > named."sentAt"
          and from_new_participant and named.addresses ? writer_address
          and exists (
            select from participant
            where participant.conversation_id = named."conversationId" and address = lower(from_address)
          )
        offset 0
      ) marked
    ))
    returning conversation_id, sent_at, recipients`,
);
