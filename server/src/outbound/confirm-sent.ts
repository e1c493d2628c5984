import { recordSent } from '../conversations/record-sent.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Gmail } from '../google/gmail.ts';
import { getHeaders } from '../google/messages.ts';
import { parseFrom } from '../mail/mime/addresses.ts';
import { parseMessageIds } from '../mail/mime/message-ids.ts';

/**
 * Reads back the Message-ID and From that Gmail gave a message it sent (docs/gmail.md, traps 1 and 2), with
 * what it replies to, and records it as sent. If reading fails, the delivery stays uncertain: the next attempt or the mailbox's
 * next sync finds the copy in Sent. Returns whether the next message of the conversation may follow.
 */
export async function confirmSent(
  { database }: { database: Database },
  gmail: Gmail,
  { instanceId, messageId, mailboxId }: { instanceId: string; messageId: string; mailboxId: string },
  gmailId: string,
): Promise<boolean> {
  const copy = await getHeaders(gmail, gmailId, ['Message-ID', 'In-Reply-To', 'References', 'From']);
  if (copy.kind !== 'ok') return false;
  const { headers, threadId, internalDate } = copy.value;
  await database.inInstance(instanceId, (tx) =>
    recordSent(tx, messageId, {
      mailboxId,
      gmailId,
      gmailThreadId: threadId,
      rfcMessageId: parseMessageIds(headers['Message-ID'] ?? '')[0] ?? null,
      inReplyTo: parseMessageIds(headers['In-Reply-To'] ?? '')[0] ?? null,
      references: parseMessageIds(headers.References ?? ''),
      from: parseFrom(headers.From ?? ''),
      internalDate,
    }),
  );
  return true;
}
