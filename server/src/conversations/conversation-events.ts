import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { ConversationEventKind, ConversationStatus } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { writeMessageCursor } from './message-cursor.ts';

/** What somebody did with a conversation, or what happened to its mailbox, as the timeline shows it. */
export type ConversationEvent = {
  id: string;
  kind: ConversationEventKind | 'disconnected' | 'reconnected';
  actor: { id: string; name: string } | null;
  assignee: { id: string; name: string } | null;
  otherId: string | null;
  /** How it became done or open, where nobody did it here or it was moved to spam (G2). */
  via: 'gmail' | 'gmail-spam' | 'spam' | null;
  until: Date | null;
  /** The current name of the tag, or its last name if it was deleted; for tagged and untagged. */
  tag: string | null;
  /** The address; for disconnected and reconnected. */
  mailbox: string | null;
  /** How many messages were merged in, and the oldest of them; for merged, until it is undone. */
  mergedMessages: { messages: number; subject: string; first: string } | null;
  at: Date;
};

/** Adds an event to the timeline. `actorId` is null if nobody did it: a snooze that ended. */
export async function recordConversationEvent(
  tx: InstanceTransaction,
  event: {
    conversationId: string;
    kind: ConversationEventKind;
    actorId: string | null;
    assigneeId?: string | null;
    otherId?: string | null;
    via?: ConversationEvent['via'];
    until?: Date | null;
    tagId?: string;
    tagName?: string;
    at: Date;
  },
): Promise<void> {
  await tx.sql
    .insertInto('conversationEvent')
    .values({
      instanceId: tx.instanceId,
      id: uuid(),
      assigneeId: null,
      otherId: null,
      until: null,
      tagId: null,
      tagName: null,
      ...event,
    })
    .execute();
}

/** Adds the events of a change of status or assignee; none for what did not change. */
export async function recordChangeEvents(
  tx: InstanceTransaction,
  {
    conversationId,
    actorId,
    before,
    after,
    via = null,
  }: {
    conversationId: string;
    actorId: string;
    before: { status: ConversationStatus; assigneeId: string | null };
    after: {
      status?: ConversationStatus;
      assigneeId?: string | null;
      snoozedUntil?: Date | null;
    };
    via?: ConversationEvent['via'];
  },
): Promise<void> {
  const event = { conversationId, actorId, at: new Date() };
  const { status, assigneeId, snoozedUntil } = after;
  if (status === 'snoozed')
    await recordConversationEvent(tx, { ...event, kind: 'snoozed', until: snoozedUntil ?? null });
  else if (status && status !== before.status) {
    await recordConversationEvent(tx, { ...event, kind: status === 'done' ? 'done' : 'reopened', via });
  }
  if (assigneeId === undefined || assigneeId === before.assigneeId) return;
  const kind = assigneeId ? 'assigned' : 'unassigned';
  await recordConversationEvent(tx, { ...event, kind, assigneeId });
}

const maxEvents = 200;

const mergedMessages = sql<{ messages: number; subject: string; sentAt: string; id: string } | null>`
  case when event.kind = 'merged' then (
    select json_build_object('messages', cardinality(merge.message_ids), 'subject', message.subject,
      'sentAt', message.sent_at, 'id', message.id)
    from message where message.instance_id = event.instance_id and message.id = any(merge.message_ids)
    order by message.sent_at, message.id limit 1) end`;

export const eventsOfConversation = prepared((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('conversationEvent as event')
    .leftJoin('users as actor', 'actor.id', 'event.actorId')
    .leftJoin('users as assignee', 'assignee.id', 'event.assigneeId')
    .leftJoin('tag', 'tag.id', 'event.tagId')
    .leftJoin('conversationMerge as merge', 'merge.id', 'event.otherId')
    .where('event.conversationId', '=', conversationId)
    .select([
      'event.id',
      'event.kind',
      'actor.id as actorId',
      'actor.name as actorName',
      'assignee.id as assigneeId',
      'assignee.name as assigneeName',
      'event.otherId',
      'event.via',
      'event.until',
      'event.tagName',
      'tag.name as nameNow',
      mergedMessages.as('mergedMessages'),
      'event.at',
    ])
    .orderBy('event.at', 'desc')
    .orderBy('event.id', 'desc')
    .limit(sql.lit(maxEvents)),
);

/**
 * When the mailbox was disconnected and reconnected while the conversation was not done. A conversation is not
 * done from a reopened or snoozed event, or a customer's message, on.
 */
export const eventsOfMailbox = prepared(
  (_, { conversationId }: { conversationId: string }) => sql<MailboxEventRow>`
    select met.id, met.kind, mailbox.address, met.at
    from conversation
    join mailbox_event met on met.instance_id = conversation.instance_id
      and met.mailbox_id = conversation.mailbox_id and met.at >= conversation.created_at
    join mailbox on mailbox.instance_id = met.instance_id and mailbox.id = met.mailbox_id
    where conversation.id = ${conversationId}
      and not exists (
        select from conversation_event ended
        where ended.instance_id = conversation.instance_id and ended.conversation_id = conversation.id
          and ended.kind = 'done' and ended.at <= met.at
          and not exists (
            select from conversation_event began
            where began.instance_id = ended.instance_id and began.conversation_id = ended.conversation_id
              and began.kind in ('reopened', 'snoozed') and began.at between ended.at and met.at)
          and not exists (
            select from message
            where message.instance_id = ended.instance_id and message.conversation_id = ended.conversation_id
              and message.direction = 'inbound' and message.kind = 'ordinary'
              and message.sent_at between ended.at and met.at))
    order by met.at desc
    limit ${sql.lit(maxEvents)}`,
);

type MailboxEventRow = { id: string; kind: 'disconnected' | 'reconnected'; address: string; at: Date };
type EventRow = Awaited<ReturnType<typeof eventsOfConversation>>[number];

/** The events of a conversation and its mailbox since a time (null: all), oldest first; of the latest 200. */
export function timelineEvents({
  events,
  mailboxEvents,
  since,
}: {
  events: EventRow[];
  mailboxEvents: MailboxEventRow[];
  since: Date | null;
}): ConversationEvent[] {
  const all = [...events.toReversed().map(toEvent), ...mailboxEvents.map(ofMailbox)];
  return all
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .slice(-maxEvents)
    .filter(({ at }) => since === null || at >= since);
}

function toEvent({
  actorId,
  actorName,
  assigneeId,
  assigneeName,
  tagName,
  nameNow: currentTagName,
  mergedMessages,
  ...event
}: EventRow): ConversationEvent {
  return {
    ...event,
    mergedMessages: mergedMessages && {
      messages: mergedMessages.messages,
      subject: mergedMessages.subject,
      first: writeMessageCursor({ sentAt: new Date(mergedMessages.sentAt), id: mergedMessages.id }),
    },
    tag: currentTagName ?? tagName,
    mailbox: null,
    actor: actorId && actorName ? { id: actorId, name: actorName } : null,
    assignee: assigneeId && assigneeName ? { id: assigneeId, name: assigneeName } : null,
  };
}

function ofMailbox({ id, kind, address, at }: MailboxEventRow): ConversationEvent {
  return {
    id,
    kind,
    actor: null,
    assignee: null,
    otherId: null,
    via: null,
    until: null,
    tag: null,
    mergedMessages: null,
    mailbox: address,
    at,
  };
}
