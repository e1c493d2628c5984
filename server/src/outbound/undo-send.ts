import { v4 as uuid } from 'uuid';
import { showLastInFront } from '../conversations/front.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import type { DraftKind, NameAndAddress } from '../database/schema.ts';
import { announce } from '../drafts/save-draft.ts';
import { Refused } from '../errors.ts';
import { record } from '../events/record.ts';
import { notYetSent, underWay } from './reschedule-or-cancel.ts';

/** A conversation set done with the message is opened again when the message is taken back. */
const doneWith = 60_000;

/**
 * Makes a message that was certainly not sent a draft of the user again: the message is gone as if never
 * written, and so is a conversation it opened. What the user has begun in its place since stays below it.
 * One that came back undelivered stays, and the draft is a copy. Answers the draft's id. Throws Refused
 * once Gmail may have been asked to send it.
 */
export async function takeBack(
  tx: InstanceTransaction,
  { messageId, userId, now }: { messageId: string; userId: string; now: Date },
): Promise<{ draftId: string; conversationId: string }> {
  const copy = await cameBack(tx, messageId);
  if (!copy && (await notYetSent(tx, messageId)).uncertainSince) throw new Refused(underWay);
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .selectAll()
    .executeTakeFirstOrThrow();
  const { conversationId } = message;
  const opened = !copy && (await isAlone(tx, conversationId));
  const kind: DraftKind = opened ? 'new' : message.forwardedId ? 'forward' : 'reply';
  const { to, cc, bcc } = message.recipients;
  const begun = opened ? undefined : await takeBegun(tx, { userId, conversationId, kind });
  const id = uuid();
  await tx.sql
    .insertInto('draft')
    .values({
      instanceId: tx.instanceId,
      id,
      userId,
      conversationId: opened ? null : conversationId,
      kind,
      mailboxId: message.mailboxId,
      recipients: JSON.stringify({ to: to.map(written), cc: cc.map(written), bcc: bcc.map(written) }),
      subject: message.subject,
      html: `${message.ownHtml ?? message.bodyHtml ?? ''}${begun?.html ?? ''}`,
      forwardedId: message.forwardedId,
      changedAt: now,
    })
    .execute();
  if (begun) {
    await tx.sql.updateTable('attachment').set({ draftId: id }).where('draftId', '=', begun.id).execute();
    await tx.sql.deleteFrom('draft').where('id', '=', begun.id).execute();
  }
  if (copy) await copyAttachments(tx, messageId, id);
  else {
    await tx.sql
      .updateTable('attachment')
      .set({ messageId: null, draftId: id })
      .where('messageId', '=', messageId)
      .execute();
    await unwrite(tx, { messageId, conversationId, opened, now });
  }
  announce(tx, { draftId: id, userId, conversationId: opened ? null : conversationId });
  return { draftId: id, conversationId };
}

/** The message goes, and with it what only it had brought. */
async function unwrite(
  tx: InstanceTransaction,
  {
    messageId,
    conversationId,
    opened,
    now,
  }: { messageId: string; conversationId: string; opened: boolean; now: Date },
): Promise<void> {
  await tx.sql.deleteFrom('message').where('id', '=', messageId).execute();
  if (opened) {
    // Made in the same transaction as the conversation: for this message alone.
    const madeForIt = await tx.sql
      .selectFrom('customer')
      .innerJoin('conversation', (join) =>
        join
          .onRef('conversation.instanceId', '=', 'customer.instanceId')
          .onRef('conversation.customerId', '=', 'customer.id')
          .onRef('conversation.createdAt', '=', 'customer.createdAt'),
      )
      .where('conversation.id', '=', conversationId)
      .select('customer.id')
      .executeTakeFirst();
    await tx.sql.deleteFrom('conversation').where('id', '=', conversationId).execute();
    if (madeForIt) {
      await tx.sql
        .deleteFrom('customer')
        .where('id', '=', madeForIt.id)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('conversation').where('customerId', '=', madeForIt.id).select('id'))),
        )
        .execute();
    }
  } else {
    await tx.sql
      .updateTable('conversation')
      .set({ status: 'open', doneAt: null })
      .where('id', '=', conversationId)
      .where('status', '=', 'done')
      .where('doneAt', '>', new Date(now.getTime() - doneWith))
      .execute();
    await showLastInFront(tx, conversationId);
  }
  record(tx, { type: 'conversation.changed', data: { conversationId } });
}

/** Whether it was sent and a report says it did not arrive. */
async function cameBack(tx: InstanceTransaction, messageId: string): Promise<boolean> {
  const report = await tx.sql
    .selectFrom('deliveryReport')
    .where('messageId', '=', messageId)
    .where('kind', '=', 'failed')
    .select('id')
    .executeTakeFirst();
  return report !== undefined;
}

async function isAlone(tx: InstanceTransaction, conversationId: string): Promise<boolean> {
  const messages = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .select('id')
    .limit(2)
    .execute();
  return messages.length === 1;
}

/** What the user has begun in the same place since. */
async function takeBegun(
  tx: InstanceTransaction,
  { userId, conversationId, kind }: { userId: string; conversationId: string; kind: DraftKind },
): Promise<{ id: string; html: string } | undefined> {
  const begun = await tx.sql
    .selectFrom('draft')
    .where('userId', '=', userId)
    .where('conversationId', '=', conversationId)
    .where('kind', '=', kind)
    .select(['id', 'html'])
    .forUpdate()
    .executeTakeFirst();
  // Its place is taken by the draft that follows.
  if (begun)
    await tx.sql
      .updateTable('draft')
      .set({ kind: 'new', conversationId: null })
      .where('id', '=', begun.id)
      .execute();
  return begun;
}

async function copyAttachments(tx: InstanceTransaction, messageId: string, draftId: string): Promise<void> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select(['instanceId', 'filename', 'mediaType', 'size', 'contentId', 'inline', 'sha256', 'position'])
    .execute();
  if (files.length === 0) return;
  await tx.sql
    .insertInto('attachment')
    .values(files.map((file) => ({ ...file, id: uuid(), draftId })))
    .execute();
}

function written({ name, address }: NameAndAddress): string {
  return name ? `"${name.replace(/["\\]/g, '')}" <${address}>` : address;
}
