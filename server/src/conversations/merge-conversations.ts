import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordDraftChanged } from '../drafts/save-draft.ts';
import { recordEvent } from '../events/record-event.ts';
import { baseSubject } from '../mail/compose/subjects.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { noSuchConversation } from './change-conversation.ts';
import { recordConversationEvent } from './conversation-events.ts';
import { refreshLastMessagePreview } from './last-message-preview.ts';

/**
 * Makes a conversation part of another: its messages, tags, drafts, and what Gmail threads with it become
 * the other's. It can be undone (`unmergeConversation`). Throws Refused.
 */
export async function mergeConversation(
  tx: InstanceTransaction,
  { fromId, intoId, actorId, now }: { fromId: string; intoId: string; actorId: string; now: Date },
): Promise<{ mergeId: string }> {
  if (fromId === intoId) throw new ProblemError(sameConversation);
  const { instanceId } = tx;
  const [from, into] = await lockConversations(tx, fromId, intoId);
  const move = { conversationId: intoId };
  const messages = await tx.sql
    .updateTable('message')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning('id')
    .execute();
  const threads = await tx.sql
    .updateTable('gmailThread')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning(['mailboxId', 'gmailThreadId'])
    .execute();
  const events = await tx.sql
    .updateTable('conversationEvent')
    .set(move)
    .where('conversationId', '=', fromId)
    .returning('id')
    .execute();
  await tx.sql.updateTable('mention').set(move).where('conversationId', '=', fromId).execute();
  await tx.sql.updateTable('conversationMerge').set({ intoId }).where('intoId', '=', fromId).execute();
  const participants = await tx.sql
    .selectFrom('participant')
    .where('conversationId', '=', fromId)
    .select('address')
    .execute();
  if (participants.length > 0) {
    await tx.sql
      .insertInto('participant')
      .values(participants.map(({ address }) => ({ instanceId, address, conversationId: intoId })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await tx.sql
    .insertInto('conversationTag')
    .columns(['instanceId', 'conversationId', 'tagId'])
    .expression((eb) =>
      eb
        .selectFrom('conversationTag')
        .where('conversationId', '=', fromId)
        .select((one) => ['instanceId', one.val(intoId).$castTo<string>().as('conversationId'), 'tagId']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await moveDrafts(tx, fromId, intoId);
  await tx.sql.deleteFrom('conversation').where('id', '=', fromId).execute();
  const reopened = from.status === 'open' && into.status !== 'open';
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      ...(reopened && { status: 'open' as const, snoozedUntil: null, doneAt: null }),
      lastInboundAt: eb.fn<Date>('greatest', ['lastInboundAt', eb.val(from.lastInboundAt)]),
      version: eb('version', '+', 1),
      changedBy: actorId,
    }))
    .where('id', '=', intoId)
    .execute();
  const mergeId = uuid();
  await tx.sql
    .insertInto('conversationMerge')
    .values({
      instanceId,
      id: mergeId,
      intoId,
      formerId: fromId,
      customerId: from.customerId,
      mailboxId: from.mailboxId,
      assigneeId: from.assigneeId,
      status: from.status,
      createdAt: from.createdAt,
      messageIds: messages.map(({ id }) => id),
      eventIds: events.map(({ id }) => id),
      threads: JSON.stringify(threads),
      participants: participants.map(({ address }) => address),
      byId: actorId,
      at: now,
    })
    .execute();
  await recordConversationEvent(tx, {
    conversationId: intoId,
    kind: 'merged',
    actorId,
    otherId: mergeId,
    at: now,
  });
  await refreshLastMessagePreview(tx, intoId);
  recordChanges(tx, [fromId, intoId], actorId);
  return { mergeId };
}

/**
 * Parts two conversations again: the former one comes back with its messages, those that came since in its
 * Gmail threads, and its drafts stay where they are. Answers its id. Throws Refused.
 */
export async function unmergeConversation(
  tx: InstanceTransaction,
  {
    conversationId,
    mergeId,
    actorId,
    now,
  }: { conversationId: string; mergeId: string; actorId: string; now: Date },
): Promise<{ conversationId: string }> {
  const { instanceId } = tx;
  const into = await lockConversation(tx, conversationId);
  const merge = await tx.sql
    .deleteFrom('conversationMerge')
    .where('id', '=', mergeId)
    .where('intoId', '=', conversationId)
    .returningAll()
    .executeTakeFirst();
  if (!merge) throw new ProblemError(noSuchMerge);
  const { formerId, customerId, mailboxId, assigneeId, createdAt, threads, participants } = merge;
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('id')
    .executeTakeFirst();
  await tx.sql
    .insertInto('conversation')
    .values({
      instanceId,
      id: formerId,
      // They may have been merged or deleted since.
      customerId: customer ? customerId : into.customerId,
      mailboxId,
      assigneeId,
      subject: '',
      status: merge.status === 'snoozed' ? 'open' : merge.status,
      ...(merge.status === 'done' && { doneAt: now }),
      createdAt,
      lastMessageAt: createdAt,
    })
    .execute();
  const formerConversation = { conversationId: formerId };
  for (const { mailboxId: of, gmailThreadId } of threads) {
    await tx.sql
      .updateTable('gmailThread')
      .set(formerConversation)
      .where('conversationId', '=', conversationId)
      .where('mailboxId', '=', of)
      .where('gmailThreadId', '=', gmailThreadId)
      .execute();
  }
  await sql`update message set conversation_id = ${formerId}
    where conversation_id = ${conversationId} and (id = any(${merge.messageIds}::uuid[]) or id in (
      select g.message_id from gmail_message g
      join gmail_thread t on t.instance_id = g.instance_id and t.mailbox_id = g.mailbox_id
        and t.gmail_thread_id = g.gmail_thread_id
      where t.conversation_id = ${formerId}))`.execute(tx.sql);
  await sql`update mention set conversation_id = ${formerId} where conversation_id = ${conversationId}
    and message_id in (select id from message where conversation_id = ${formerId})`.execute(tx.sql);
  if (merge.eventIds.length > 0) {
    await tx.sql
      .updateTable('conversationEvent')
      .set(formerConversation)
      .where('id', 'in', merge.eventIds)
      .where('conversationId', '=', conversationId)
      .execute();
  }
  await addParticipants(tx, formerId, participants);
  await refreshSummary(tx, formerId);
  await refreshSummary(tx, conversationId);
  await recordConversationEvent(tx, { conversationId, kind: 'unmerged', actorId, otherId: mergeId, at: now });
  recordChanges(tx, [formerId, conversationId], actorId);
  return { conversationId: formerId };
}

/**
 * Puts a message and those after it into a conversation of their own, with the same customer; what Gmail
 * threads with the last of them goes on there. Merging the two undoes it. Answers its id. Throws Refused.
 */
export async function splitConversation(
  tx: InstanceTransaction,
  {
    conversationId,
    messageId,
    actorId,
    now,
  }: { conversationId: string; messageId: string; actorId: string; now: Date },
): Promise<{ conversationId: string }> {
  const { instanceId } = tx;
  const old = await lockConversation(tx, conversationId);
  const all = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select('id')
    .orderBy('sentAt')
    .orderBy('id')
    .execute();
  const at = all.findIndex(({ id }) => id === messageId);
  if (at < 1) throw new ProblemError(nothingToSplit);
  const moved = all.slice(at).map(({ id }) => id);
  const id = uuid();
  const { customerId, mailboxId, assigneeId } = old;
  await tx.sql
    .insertInto('conversation')
    .values({ instanceId, id, customerId, mailboxId, assigneeId, subject: '', lastMessageAt: now })
    .execute();
  await tx.sql.updateTable('message').set({ conversationId: id }).where('id', 'in', moved).execute();
  await tx.sql.updateTable('mention').set({ conversationId: id }).where('messageId', 'in', moved).execute();
  // A Gmail thread belongs where its newest message is.
  await sql`update gmail_thread t set conversation_id = ${id}
    where t.conversation_id = ${conversationId} and ${id} = (
      select m.conversation_id from gmail_message g
      join message m on m.instance_id = g.instance_id and m.id = g.message_id
      where g.instance_id = t.instance_id and g.mailbox_id = t.mailbox_id and g.gmail_thread_id = t.gmail_thread_id
        and m.conversation_id in (${id}, ${conversationId})
      order by g.internal_date desc limit 1)`.execute(tx.sql);
  await sql`insert into participant (instance_id, conversation_id, address)
    select distinct m.instance_id, m.conversation_id, lower(a.address)
    from message m cross join lateral (
      select m.from_address as address
      union all
      select each ->> 'address' from jsonb_each(m.recipients) field cross join jsonb_array_elements(field.value) each
      where field.key in ('to', 'cc', 'bcc')
    ) a
    where m.conversation_id = ${id} and m.direction <> 'note' and not m.from_new_participant and a.address <> ''
    on conflict do nothing`.execute(tx.sql);
  await refreshSummary(tx, id);
  await refreshSummary(tx, conversationId);
  await recordConversationEvent(tx, { conversationId, kind: 'split', actorId, otherId: id, at: now });
  await recordConversationEvent(tx, {
    conversationId: id,
    kind: 'split',
    actorId,
    otherId: conversationId,
    at: now,
  });
  recordChanges(tx, [id, conversationId], actorId);
  return { conversationId: id };
}

/** Makes a conversation another customer's. Throws Refused. */
export async function moveToCustomer(
  tx: InstanceTransaction,
  {
    conversationId,
    customerId,
    actorId,
    now,
  }: { conversationId: string; customerId: string; actorId: string; now: Date },
): Promise<void> {
  const { customerId: before } = await lockConversation(tx, conversationId);
  if (before === customerId) return;
  const customer = await tx.sql
    .selectFrom('customer')
    .where('id', '=', customerId)
    .select('id')
    .forKeyShare()
    .executeTakeFirst();
  if (!customer) throw new ProblemError(noSuchCustomer);
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({ customerId, version: eb('version', '+', 1), changedBy: actorId }))
    .where('id', '=', conversationId)
    .execute();
  await recordConversationEvent(tx, { conversationId, kind: 'moved', actorId, otherId: before, at: now });
  recordChanges(tx, [conversationId], actorId);
  for (const one of [before, customerId])
    recordEvent(tx, { type: 'customer.changed', data: { customerId: one } }, actorId);
}

/** Where a conversation went that is part of another now; null where it is of none. */
export async function mergeTarget(tx: InstanceTransaction, conversationId: string): Promise<string | null> {
  const merge = await tx.sql
    .selectFrom('conversationMerge')
    .where('formerId', '=', conversationId)
    .select('intoId')
    .executeTakeFirst();
  return merge?.intoId ?? null;
}

async function lockConversation(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', id)
    .select(['id', 'customerId', 'mailboxId', 'assigneeId', 'status', 'createdAt', 'lastInboundAt'])
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new ProblemError(noSuchConversation);
  return row;
}

/** In one order whoever does it: two who do must not wait for each other. */
async function lockConversations(tx: InstanceTransaction, fromId: string, intoId: string) {
  const first = await lockConversation(tx, fromId < intoId ? fromId : intoId);
  const second = await lockConversation(tx, fromId < intoId ? intoId : fromId);
  return first.id === fromId ? ([first, second] as const) : ([second, first] as const);
}

/** Drafts go along; where a person has one of the kind there already, theirs becomes a new message's. */
async function moveDrafts(tx: InstanceTransaction, fromId: string, intoId: string): Promise<void> {
  const drafts = await tx.sql
    .selectFrom('draft')
    .where('conversationId', '=', fromId)
    .select(['id', 'userId', 'kind'])
    .execute();
  for (const { id, userId, kind } of drafts) {
    const existingDraft = await tx.sql
      .selectFrom('draft')
      .where('conversationId', '=', intoId)
      .where('userId', '=', userId)
      .where('kind', '=', kind)
      .select('id')
      .executeTakeFirst();
    const draftChange = existingDraft
      ? { conversationId: null, kind: 'new' as const }
      : { conversationId: intoId };
    await tx.sql.updateTable('draft').set(draftChange).where('id', '=', id).execute();
    recordDraftChanged(tx, { draftId: id, userId, conversationId: existingDraft ? null : intoId });
  }
}

async function addParticipants(
  tx: InstanceTransaction,
  conversationId: string,
  addresses: string[],
): Promise<void> {
  if (addresses.length === 0) return;
  await tx.sql
    .insertInto('participant')
    .values(addresses.map((address) => ({ instanceId: tx.instanceId, conversationId, address })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Subject by the first message where there is none, dates and snippet by what it holds now. */
async function refreshSummary(tx: InstanceTransaction, conversationId: string): Promise<void> {
  const first = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .select('subject')
    .orderBy('sentAt')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  await tx.sql
    .updateTable('conversation')
    .set((eb) => ({
      subject: eb
        .case()
        .when('subject', '=', '')
        .then(baseSubject(first?.subject ?? ''))
        .else(eb.ref('subject'))
        .end(),
      lastInboundAt: eb
        .selectFrom('message')
        .whereRef('message.conversationId', '=', 'conversation.id')
        .where('direction', '=', 'inbound')
        .select((max) => max.fn.max('sentAt').as('at')),
    }))
    .where('id', '=', conversationId)
    .execute();
  await refreshLastMessagePreview(tx, conversationId);
}

function recordChanges(tx: InstanceTransaction, conversationIds: string[], actorId: string): void {
  for (const conversationId of conversationIds) {
    recordEvent(tx, { type: 'conversation.changed', data: { conversationId } }, actorId);
  }
}

const sameConversation = createProblem(400, 'same-conversation');
const noSuchMerge = createProblem(404, 'no-such-conversation-merge');
const nothingToSplit = createProblem(409, 'nothing-to-split');
const noSuchCustomer = createProblem(404, 'no-such-customer');
