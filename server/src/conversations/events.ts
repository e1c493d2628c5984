import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import type { ConversationEventKind, ConversationStatus } from '../database/schema.ts';

/** What somebody did with a conversation, as its timeline shows it. */
export type ConversationEvent = {
  id: string;
  kind: ConversationEventKind;
  actor: { id: string; name: string } | null;
  assignee: { id: string; name: string } | null;
  otherId: string | null;
  until: Date | null;
  at: Date;
};

/** Adds to the timeline that somebody did something; nobody: its time had come. */
export async function noteEvent(
  tx: InstanceTransaction,
  event: {
    conversationId: string;
    kind: ConversationEventKind;
    actorId: string | null;
    assigneeId?: string | null;
    otherId?: string | null;
    until?: Date | null;
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
      ...event,
    })
    .execute();
}

/** Adds what a change of status or assignee was; what stayed as it was is no event. */
export async function noteChange(
  tx: InstanceTransaction,
  {
    conversationId,
    actorId,
    before,
    after,
  }: {
    conversationId: string;
    actorId: string;
    before: { status: ConversationStatus; assigneeId: string | null };
    after: {
      status?: ConversationStatus;
      assigneeId?: string | null;
      snoozedUntil?: Date | null;
    };
  },
): Promise<void> {
  const event = { conversationId, actorId, at: new Date() };
  const { status, assigneeId, snoozedUntil } = after;
  if (status === 'snoozed') await noteEvent(tx, { ...event, kind: 'snoozed', until: snoozedUntil ?? null });
  else if (status && status !== before.status) {
    await noteEvent(tx, { ...event, kind: status === 'done' ? 'done' : 'reopened' });
  }
  if (assigneeId === undefined || assigneeId === before.assigneeId) return;
  const kind = assigneeId ? 'assigned' : 'unassigned';
  await noteEvent(tx, { ...event, kind, assigneeId });
}

/** What was done with a conversation from a moment on, oldest first, the newest 200. */
export async function eventsOf(
  tx: InstanceTransaction,
  conversationId: string,
  since: Date | null,
): Promise<ConversationEvent[]> {
  let query = tx.sql
    .selectFrom('conversationEvent as event')
    .leftJoin('users as actor', 'actor.id', 'event.actorId')
    .leftJoin('users as assignee', 'assignee.id', 'event.assigneeId')
    .where('event.conversationId', '=', conversationId)
    .select([
      'event.id',
      'event.kind',
      'actor.id as actorId',
      'actor.name as actorName',
      'assignee.id as assigneeId',
      'assignee.name as assigneeName',
      'event.otherId',
      'event.until',
      'event.at',
    ])
    .orderBy('event.at', 'desc')
    .orderBy('event.id', 'desc')
    .limit(200);
  if (since) query = query.where('event.at', '>=', since);
  const rows = await query.execute();
  return rows.reverse().map(({ actorId, actorName, assigneeId, assigneeName, ...event }) => ({
    ...event,
    actor: actorId && actorName ? { id: actorId, name: actorName } : null,
    assignee: assigneeId && assigneeName ? { id: assigneeId, name: assigneeName } : null,
  }));
}
