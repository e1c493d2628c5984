import { sql } from 'kysely';
import { prepared, type Statement } from '../../database/prepared-statements.ts';
import type { Changes } from '../decide/changes.ts';

/** Which Gmail messages are copies of stored ones, and what such a copy changes in the stored message. */
export function writeCopies(
  mailboxId: string,
  { gmailCopies, turnedOutbound, arrivedCopies }: Changes,
): Statement[] {
  const gmailIds = gmailCopies.map(({ gmailId }) => gmailId);
  const messageIds = gmailCopies.map(({ messageId }) => messageId);
  const arrivedIds = arrivedCopies.map(({ id }) => id);
  return [
    ...(gmailIds.length > 0 ? [linkCopies.with({ mailboxId, gmailIds, messageIds })] : []),
    ...(turnedOutbound.length > 0 ? [turnOutbound.with({ ids: [...turnedOutbound] })] : []),
    ...(arrivedIds.length > 0 ? [markArrived.with({ ids: arrivedIds })] : []),
  ];
}

/** Links each Gmail message to the stored message that it is a copy of. */
const linkCopies = prepared(
  (
    _,
    { mailboxId, gmailIds, messageIds }: { mailboxId: string; gmailIds: string[]; messageIds: string[] },
  ) => sql`
    update gmail_message set message_id = copy.message_id
    from unnest(${gmailIds}::text[], ${messageIds}::uuid[]) as copy (gmail_id, message_id)
    where gmail_message.mailbox_id = ${mailboxId} and gmail_message.gmail_id = copy.gmail_id
      -- Without it, few messages are found by reading all of the mailbox.
      and gmail_message.gmail_id = any(${gmailIds}::text[])`,
);

const turnOutbound = prepared(
  (_, { ids }: { ids: string[] }) => sql`
    update message set direction = 'outbound', writer_address = '', counted_writer = '', counted_machine = '',
      from_new_participant = false
    where id = any(${ids}::uuid[])`,
);

/** What arrived by itself is imported mail no more. */
const markArrived = prepared(
  (_, { ids }: { ids: string[] }) => sql`update message set imported = false where id = any(${ids}::uuid[])`,
);
