import { v7 as uuid } from 'uuid';
import type { Report } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';

/** How many of the last References of a report are tried as the message it is about. */
const maxReferences = 3;

/** The Message-IDs of the messages a report may be about, the most reliable first. */
export function candidateMessageIds(
  { originalMessageId }: Report,
  { inReplyTo, references }: { inReplyTo: string | null; references: string[] },
): string[] {
  const ids = [originalMessageId, inReplyTo, ...references.slice(-maxReferences).reverse()];
  return [...new Set(ids.filter((id) => id !== null))];
}

/** A sent message that reports are compared with; `recipients`: To, Cc and Bcc, normalised. */
export type ReportedMessage = { id: string; recipients: string[] };

/**
 * The recipients of a report that are trusted. Anybody who has seen a Message-ID can forge a report, so only
 * recipients of the message count, unless the report names the delivery id, which only they have seen.
 */
export function trustedRecipients(
  { deliveryId, recipients }: Report,
  message: ReportedMessage,
): Report['recipients'] {
  if (deliveryId === message.id) return recipients;
  return recipients.filter(({ addresses }) =>
    addresses.some((address) => message.recipients.includes(address)),
  );
}

/** The address that the message was sent to, if the report names it among others; else its first address. */
export function reportedRecipient(
  { addresses }: Report['recipients'][number],
  message: ReportedMessage,
): string {
  return addresses.find((address) => message.recipients.includes(address)) ?? addresses[0] ?? '';
}

/**
 * Attaches the reports that were received before the Sent copy of the message they are about: they move to
 * its conversation, as if received after it. The caller holds the lock of its Message-ID.
 */
export async function attachWaitingReports(
  tx: InstanceTransaction,
  message: ReportedMessage & { conversationId: string; rfcMessageId: string | null },
): Promise<void> {
  if (!message.rfcMessageId) return;
  const waiting = await findWaitingReports(tx, { rfcMessageId: message.rfcMessageId });
  for (const found of waiting) {
    const failed = trustedRecipients(found.report, message);
    if (failed.length > 0) await attachReport(tx, message, found, failed);
  }
}

const findWaitingReports = prepared((db, { rfcMessageId }: { rfcMessageId: string }) =>
  db
    .selectFrom('unmatchedReport')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'unmatchedReport.instanceId')
        .onRef('message.id', '=', 'unmatchedReport.reportMessageId'),
    )
    .where('unmatchedReport.rfcMessageId', '=', rfcMessageId)
    .select([
      'message.id',
      'message.conversationId',
      'message.sentAt',
      'message.snippet',
      'unmatchedReport.report',
    ])
    .orderBy('message.sentAt'),
);

async function attachReport(
  tx: InstanceTransaction,
  message: ReportedMessage & { conversationId: string },
  report: { id: string; conversationId: string; sentAt: Date; snippet: string },
  failed: Report['recipients'],
): Promise<void> {
  const { instanceId } = tx;
  const { conversationId } = message;
  if (failed.some(({ kind }) => kind === 'failed')) {
    await tx.sql
      .updateTable('conversation')
      .set((eb) => ({
        status: 'open',
        snoozedUntil: null,
        doneAt: null,
        snippet: report.snippet,
        lastDirection: 'inbound',
        lastMessageAt: eb.fn<Date>('greatest', ['lastMessageAt', eb.val(report.sentAt)]),
        lastInboundAt: eb.fn<Date>('greatest', ['lastInboundAt', eb.val(report.sentAt)]),
      }))
      .where('id', '=', conversationId)
      .execute();
  }
  await tx.sql
    .insertInto('deliveryReport')
    .values(
      failed.map((one) => ({
        instanceId,
        id: uuid(),
        messageId: message.id,
        reportMessageId: report.id,
        kind: one.kind,
        recipient: reportedRecipient(one, message),
        status: one.status,
        reason: one.reason ?? '',
        diagnostic: one.diagnostic,
        at: report.sentAt,
      })),
    )
    .execute();
  await tx.sql.deleteFrom('unmatchedReport').where('reportMessageId', '=', report.id).execute();
  if (report.conversationId !== conversationId) {
    await tx.sql
      .updateTable('message')
      .set({ conversationId, writerAddress: '', countedWriter: '', countedMachine: '' })
      .where('id', '=', report.id)
      .execute();
    await removeIfEmpty(tx, report.conversationId, conversationId);
  }
  recordEvent(tx, {
    type: 'message.stored',
    data: { conversationId, messageId: report.id, direction: 'inbound' },
  });
  recordEvent(tx, { type: 'delivery.changed', data: { conversationId, messageId: message.id } });
}

/** Deletes a conversation that held only the report; its Gmail threads move to the other conversation. */
async function removeIfEmpty(tx: InstanceTransaction, conversationId: string, into: string): Promise<void> {
  const left = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select('id')
    .limit(1)
    .executeTakeFirst();
  if (!left) {
    await tx.sql
      .updateTable('gmailThread')
      .set({ conversationId: into })
      .where('conversationId', '=', conversationId)
      .execute();
    await tx.sql.deleteFrom('conversation').where('id', '=', conversationId).execute();
  }
  recordEvent(tx, { type: 'conversation.changed', data: { conversationId } });
}
