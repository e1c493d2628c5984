import { recordSent } from '../conversations/record-sent.ts';
import type { Database } from '../database/instance-transaction.ts';
import type { Gmail } from '../google/gmail.ts';
import { getHeaders } from '../google/messages.ts';
import { parseFrom } from '../mail/mime/addresses.ts';
import { parseMessageIds } from '../mail/mime/message-ids.ts';

/**
 * Reads back what Gmail made of a message it sent (its Message-ID, its From) and records it. Where the
 * reading fails the delivery stays as it is, uncertain: the Sent copy is found by the next attempt, or
 * by the mailbox's next sync. Answers whether the conversation's next message may follow.
 */
export async function confirmSent(
  { database }: { database: Database },
  gmail: Gmail,
  { instanceId, messageId, mailboxId }: { instanceId: string; messageId: string; mailboxId: string },
  gmailId: string,
): Promise<boolean> {
  const copy = await getHeaders(gmail, gmailId, ['Message-ID', 'From']);
  if (copy.kind !== 'ok') return false;
  const { headers, threadId, internalDate } = copy.value;
  await database.inInstance(instanceId, (tx) =>
    recordSent(tx, messageId, {
      mailboxId,
      gmailId,
      gmailThreadId: threadId,
      rfcMessageId: parseMessageIds(headers['Message-ID'] ?? '')[0] ?? null,
      from: parseFrom(headers.From ?? ''),
      internalDate,
    }),
  );
  return true;
}
