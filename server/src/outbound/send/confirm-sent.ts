import {
  type AcceptedMessage,
  recordAccepted,
  recordReadBack,
  recordSent,
  type SentCopy,
} from '../../conversations/record-sent.ts';
import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleResult } from '../../google/errors.ts';
import type { Gmail } from '../../google/gmail.ts';
import { getHeaders } from '../../google/messages.ts';
import type { Accepted } from '../../google/send.ts';
import { parseFrom } from '../../mail/mime/addresses.ts';
import { parseMessageIds } from '../../mail/mime/message-ids.ts';
import { worksTogether } from '../../work-together.ts';
import type { SendData } from '../render/load-send-data.ts';

type Sent = { instanceId: string; messageId: string; mailboxId: string };

/**
 * Reads back the Message-ID and From that Gmail gave a message it sent (docs/gmail.md, traps 1 and 2), with
 * what it replies to, and records it as sent. If reading fails, the delivery stays uncertain: the next attempt or the mailbox's
 * next sync finds the copy in Sent. Returns whether the next message of the conversation may follow.
 */
export async function confirmSent(
  { database }: { database: Database },
  gmail: Gmail,
  { instanceId, messageId, mailboxId }: Sent,
  gmailId: string,
): Promise<boolean> {
  const copy = await readCopy(gmail, mailboxId, gmailId);
  if (copy.kind !== 'ok') return false;
  await database.inInstance(instanceId, (tx) => recordSent(tx, messageId, copy.value));
  return true;
}

/** Records an accepted message of an instance; resolves to whether others of its conversation may follow. */
export type RecordAccepted = (instanceId: string, accepted: AcceptedMessage) => Promise<boolean>;

/**
 * Messages of an instance that are accepted while others are recorded are recorded together: each transaction with events
 * waits until the one before it is written to disk (docs/decisions/0009-gapless-event-numbers.md).
 */
export function recordsAcceptedTogether(database: Database): RecordAccepted {
  const record = (instanceId: string, accepted: AcceptedMessage[]) =>
    database.inInstance(instanceId, async (tx) => {
      const recorded = await recordAccepted(tx, accepted);
      const mayFollow: boolean[] = [];
      for (const [at, { messageId, copy }] of accepted.entries())
        mayFollow.push(recorded[at]?.othersWait ?? (await recordSent(tx, messageId, copy)));
      return mayFollow;
    });
  return worksTogether(record, { orEachAlone: true });
}

/**
 * Records a message that Gmail accepted as sent without reading it back, which costs 20 units: its Message-ID is read
 * when something depends on it (read-message-ids.ts). Returns whether others of the conversation may follow.
 */
export function confirmAccepted(
  record: RecordAccepted,
  { instanceId, messageId, mailboxId }: Sent,
  { envelope: { from, inReplyTo, references, to, cc, bcc } }: SendData,
  { id: gmailId, threadId: gmailThreadId, at: internalDate }: Accepted,
): Promise<boolean> {
  const thread = { inReplyTo, references, rfcMessageId: null };
  const copy = { mailboxId, gmailId, gmailThreadId, from, internalDate, ...thread };
  return record(instanceId, { messageId, copy, recipients: [...to, ...cc, ...bcc] });
}

/** Reads back what `confirmAccepted` left out. Returns false if Gmail may answer another time. */
export async function readBack(
  { database }: { database: Database },
  gmail: Gmail,
  { instanceId, messageId, mailboxId, gmailId }: Sent & { gmailId: string },
): Promise<boolean> {
  const copy = await readCopy(gmail, mailboxId, gmailId);
  if (copy.kind !== 'ok') return copy.kind !== 'retry' && copy.kind !== 'rate-limited';
  const { rfcMessageId, ...read } = copy.value;
  if (rfcMessageId)
    await database.inInstance(instanceId, (tx) => recordReadBack(tx, messageId, { ...read, rfcMessageId }));
  return true;
}

async function readCopy(gmail: Gmail, mailboxId: string, gmailId: string): Promise<GoogleResult<SentCopy>> {
  const copy = await getHeaders(gmail, gmailId, ['Message-ID', 'In-Reply-To', 'References', 'From']);
  if (copy.kind !== 'ok') return copy;
  const { headers, threadId, internalDate } = copy.value;
  const value = {
    mailboxId,
    gmailId,
    gmailThreadId: threadId,
    rfcMessageId: parseMessageIds(headers['Message-ID'] ?? '')[0] ?? null,
    inReplyTo: parseMessageIds(headers['In-Reply-To'] ?? '')[0] ?? null,
    references: parseMessageIds(headers.References ?? ''),
    from: parseFrom(headers.From ?? ''),
    internalDate,
  };
  return { kind: 'ok', value };
}
