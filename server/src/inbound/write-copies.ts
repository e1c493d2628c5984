import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Changes } from './changes.ts';

/** Writes which Gmail messages are copies of stored ones, and what such a copy changes in the stored message. */
export async function writeCopies(
  tx: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
): Promise<void> {
  await writeGmailCopies(tx, mailboxId, changes);
  await writeTurnedOutbound(tx, changes);
  await writeArrivedCopies(tx, changes);
}

/** Links each Gmail message to the stored message that it is a copy of. */
async function writeGmailCopies(
  { sql: db }: InstanceTransaction,
  mailboxId: string,
  changes: Changes,
): Promise<void> {
  if (changes.gmailCopies.length === 0) return;
  await sql`
    update gmail_message set message_id = copy.message_id
    from unnest(
      ${changes.gmailCopies.map(({ gmailId }) => gmailId)}::text[],
      ${changes.gmailCopies.map(({ messageId }) => messageId)}::uuid[]
    ) as copy (gmail_id, message_id)
    where gmail_message.mailbox_id = ${mailboxId} and gmail_message.gmail_id = copy.gmail_id`.execute(db);
}

async function writeTurnedOutbound(
  { sql: db }: InstanceTransaction,
  { turnedOutbound }: Changes,
): Promise<void> {
  if (turnedOutbound.length === 0) return;
  await db
    .updateTable('message')
    .set({
      direction: 'outbound',
      writerAddress: '',
      countedWriter: '',
      countedMachine: '',
      fromNewParticipant: false,
    })
    .where('id', 'in', turnedOutbound)
    .execute();
}

/** What arrived by itself is imported mail no more. */
async function writeArrivedCopies(
  { sql: db }: InstanceTransaction,
  { arrivedCopies }: Changes,
): Promise<void> {
  if (arrivedCopies.length === 0) return;
  const ids = arrivedCopies.map(({ id }) => id);
  await db.updateTable('message').set({ imported: false }).where('id', 'in', ids).execute();
}
