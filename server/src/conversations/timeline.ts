import { sql } from 'kysely';
import type {
  DeliveryState,
  Direction,
  Invitation,
  MessageKind,
  NameAndAddress,
  Protection,
  RedactionKind,
  ReportKind,
} from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { writerOf } from '../database/message-writer.ts';
import { prepared, runTogether } from '../database/prepared-statements.ts';
import { isNewSubject } from '../mail/compose/subjects.ts';
import { isSameFrom } from '../mail/mime/addresses.ts';
import type { ForwardedMessage } from '../mail/quoting/forwarded-message.ts';
import type { StoredProblem } from '../problems.ts';
import { answersInvitation } from './calendar-answers.ts';
import { forwardedByColleagues } from './forwarded-by-colleague.ts';

export type TimelineMessage = {
  id: string;
  direction: Direction;
  origin: 'postroom' | 'gmail';
  kind: MessageKind;
  /** The sender was not a participant yet, and is not a recipient of replies unless added. */
  fromNewParticipant: boolean;
  from: NameAndAddress;
  /** The person who wrote: not `from` where a form, a list or a group sent it. */
  writer: NameAndAddress;
  /** The authors in From after the first. */
  otherAuthors: NameAndAddress[];
  /** DMARC failed: `from` may be somebody else (R9). */
  senderUnverified: boolean;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  bcc: NameAndAddress[];
  subject: string;
  /** Its subject is another than the conversation's. */
  hasNewSubject: boolean;
  sentAt: Date;
  text: string;
  html: string | null;
  /** The text without quotes and signature, which is shown first; null if it has none (R7). */
  ownText: string | null;
  ownHtml: string | null;
  /** What a colleague forwards with this message: somebody else's words (R9). */
  forwarded: ForwardedMessage | null;
  /** The emoji, if it is a reaction to an earlier message. */
  reaction: string | null;
  /** No parser could read the message; its raw form is kept. */
  unreadable: boolean;
  /** How it is signed or encrypted; signatures are not verified, and nothing is decrypted. */
  protection: Protection | null;
  invitation: Invitation | null;
  author: { id: string; name: string } | null;
  attachments: Array<{
    id: string;
    filename: string;
    mediaType: string;
    size: number;
    contentId: string | null;
    inline: boolean;
  }>;
  delivery: {
    state: DeliveryState;
    /** Why it is not sent yet, or will not be; null where all is well. */
    problem: StoredProblem | null;
    /** The address it is sent from. */
    mailboxAddress: string;
    /** The From that was requested, if Gmail replaced it (by `from`). */
    requestedFrom: NameAndAddress | null;
    /** It is not sent before: the time until which it can be undone, or the scheduled time. */
    sendAfter: Date;
    scheduled: boolean;
    /** When it is tried again automatically; null if it is not, or is tried now. */
    nextAttemptAt: Date | null;
    changedAt: Date;
  } | null;
  /** The latest delivery report of each recipient. */
  reports: MessageReport[];
  deleted: boolean;
  /** What was redacted, oldest first; `by`: the name of the user at that time, empty if automatic. */
  redactions: Array<{ kind: RedactionKind; by: string; at: Date }>;
};

export type MessageReport = {
  kind: ReportKind;
  recipient: string;
  /** RFC 3463; empty for a complaint. */
  status: string;
  /** Why (mail/reports/bounce-reasons.ts); empty for a complaint. */
  reason: string;
  diagnostic: string;
  at: Date;
};

/** One message as the timeline shows it; null if it does not exist. */
export async function timelineMessage(
  tx: InstanceTransaction,
  messageId: string,
): Promise<TimelineMessage | null> {
  const [message] = await timelineMessages(tx, [messageId]);
  return message ?? null;
}

const messagesWithDelivery = prepared((db, { messageIds }: { messageIds: string[] }) =>
  db
    .selectFrom('message')
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .leftJoin('users', 'users.id', 'message.authorId')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .leftJoin('mailbox', 'mailbox.id', 'delivery.mailboxId')
    .select([
      'message.id',
      'message.direction',
      'message.origin',
      'message.kind',
      'message.fromNewParticipant',
      'message.fromName',
      'message.fromAddress',
      'message.sender',
      'message.recipients',
      'message.subject',
      'conversation.subject as conversationSubject',
      'message.sentAt',
      'message.bodyText',
      'message.bodyHtml',
      'message.ownText',
      'message.ownHtml',
      'message.reaction',
      'message.unreadable',
      'message.protection',
      'message.invitation',
      answersInvitation('message').as('answersInvitation'),
      'message.deletedAt',
      'users.id as authorId',
      'users.name as authorName',
      'delivery.state',
      'delivery.problem',
      'mailbox.address as mailboxAddress',
      'delivery.requestedFrom',
      'delivery.changedAt',
      'delivery.sendAfter',
      'delivery.scheduled',
      'delivery.nextAttemptAt',
    ])
    .where('message.id', '=', sql<string>`any(${messageIds}::uuid[])`)
    .orderBy('message.sentAt')
    .orderBy('message.id'),
);

/** Messages as the timeline shows them, oldest first; an id that does not exist is left out. */
export async function timelineMessages(
  tx: InstanceTransaction,
  messageIds: string[],
): Promise<TimelineMessage[]> {
  if (messageIds.length === 0) return [];
  const [rows, attachments, reports, redactions] = await runTogether(tx, [
    messagesWithDelivery.with({ messageIds }),
    attachmentsOf.with({ messageIds }),
    reportsOf.with({ messageIds }),
    redactionsOf.with({ messageIds }),
  ]);
  const forwarded = await forwardedByColleagues(tx, rows, attachments);
  return rows.map((row) => ({
    id: row.id,
    direction: row.direction,
    origin: row.origin,
    kind: row.kind,
    fromNewParticipant: row.fromNewParticipant,
    from: { name: row.fromName, address: row.fromAddress },
    writer: writerOf(row),
    otherAuthors: row.sender?.otherAuthors ?? [],
    senderUnverified: row.sender?.verification === 'failed',
    to: row.recipients.to,
    cc: row.recipients.cc,
    bcc: row.recipients.bcc,
    subject: row.subject,
    hasNewSubject:
      row.direction !== 'note' &&
      !row.answersInvitation &&
      isNewSubject(row.subject, row.conversationSubject),
    sentAt: row.sentAt,
    text: row.bodyText,
    html: row.bodyHtml,
    ownText: row.ownText,
    ownHtml: row.ownHtml,
    forwarded: forwarded.get(row.id) ?? null,
    reaction: row.reaction,
    unreadable: row.unreadable !== null,
    protection: row.protection,
    invitation: row.invitation,
    author: row.authorId && row.authorName ? { id: row.authorId, name: row.authorName } : null,
    attachments: attachments
      .filter(({ messageId }) => messageId === row.id)
      .map(({ messageId: _messageId, ...attachment }) => attachment),
    delivery: row.state
      ? {
          state: row.state,
          problem: row.problem,
          mailboxAddress: row.mailboxAddress ?? '',
          requestedFrom: row.state === 'sent' ? changedFrom(row) : null,
          sendAfter: row.sendAfter ?? row.sentAt,
          scheduled: row.scheduled ?? false,
          nextAttemptAt: row.nextAttemptAt,
          changedAt: row.changedAt ?? row.sentAt,
        }
      : null,
    reports: latestReports(reports.filter(({ messageId }) => messageId === row.id)),
    deleted: row.deletedAt !== null,
    redactions: redactions
      .filter(({ messageId }) => messageId === row.id)
      .map(({ kind, actorName: by, at }) => ({ kind, by, at })),
  }));
}

type Ids = { messageIds: string[] };
const attachmentsOf = prepared((db, { messageIds }: Ids) =>
  db
    .selectFrom('attachment')
    .where('messageId', '=', sql<string>`any(${messageIds}::uuid[])`)
    .select(['id', 'messageId', 'filename', 'mediaType', 'size', 'contentId', 'inline'])
    .orderBy('position'),
);
const reportsOf = prepared((db, { messageIds }: Ids) =>
  db
    .selectFrom('deliveryReport')
    .where('messageId', '=', sql<string>`any(${messageIds}::uuid[])`)
    .select(['messageId', 'kind', 'recipient', 'status', 'reason', 'diagnostic', 'at'])
    .orderBy('at')
    .orderBy('id'),
);
const redactionsOf = prepared((db, { messageIds }: Ids) =>
  db
    .selectFrom('redaction')
    .where('messageId', '=', sql<string>`any(${messageIds}::uuid[])`)
    .select(['messageId', 'kind', 'actorName', 'at'])
    .orderBy('at')
    .orderBy('id'),
);

/** The requested From, if Gmail sent the message from another one; case and white space do not count. */
function changedFrom(row: {
  requestedFrom: NameAndAddress | null;
  fromName: string;
  fromAddress: string;
}): NameAndAddress | null {
  const { requestedFrom, fromName, fromAddress } = row;
  return requestedFrom && !isSameFrom(requestedFrom, { name: fromName, address: fromAddress })
    ? requestedFrom
    : null;
}

/** The latest report of each recipient: a delay does not replace a failure, and a complaint is kept separately. */
function latestReports(reports: Array<MessageReport & { messageId: string }>): MessageReport[] {
  const latest = new Map<string, MessageReport>();
  for (const { messageId: _messageId, ...report } of reports) {
    const key = `${report.kind === 'complaint'} ${report.recipient}`;
    if (report.kind === 'delayed' && latest.get(key)?.kind === 'failed') continue;
    latest.set(key, report);
  }
  return [...latest.values()];
}
