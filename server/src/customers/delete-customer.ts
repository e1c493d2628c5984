import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { discardDraft, recordDraftChanged } from '../drafts/save-draft.ts';
import { recordEvent } from '../events/record-event.ts';
import { checkRecipient, normalizeAddress } from '../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { deleteConversations } from './delete-conversations.ts';
import { lockCustomer } from './lock-customer.ts';

/**
 * Deletes a customer and all data about them: addresses, notes, conversations with messages, files, raw copies
 * and drafts, new messages to them alone, and their rows in bulk messages. Kept are that they unsubscribed; the Gmail ids and
 * keys of their mail, so that neither a sync nor an import stores it again; and an audit entry without their name. Throws a ProblemError if the customer
 * does not exist or a message to them is being sent.
 */
export async function deleteCustomer(
  tx: InstanceTransaction,
  customerId: string,
  actor: Actor,
): Promise<void> {
  await lockCustomer(tx, customerId);
  const conversations = await tx.sql
    .selectFrom('conversation')
    .where('customerId', '=', customerId)
    .select('id')
    .orderBy('id')
    .forUpdate()
    .execute();
  const ids = conversations.map(({ id }) => id);
  await assertAllSent(tx, customerId);
  const addresses = await tx.sql
    .selectFrom('customerAddress')
    .where('customerId', '=', customerId)
    .select('address')
    .execute();
  await removeFromDrafts(
    tx,
    addresses.map(({ address }) => address),
  );
  if (addresses.length > 0) {
    await tx.sql
      .deleteFrom('bulkRecipient')
      .where(
        'address',
        'in',
        addresses.map(({ address }) => address),
      )
      .execute();
  }
  await removeFromChecks(
    tx,
    addresses.map(({ address }) => address),
  );
  await deleteConversations(tx, ids, {
    actorId: actor.id,
    addresses: addresses.map(({ address }) => address),
    customerId,
  });
  await tx.sql.deleteFrom('customer').where('id', '=', customerId).execute();
  await audit(tx, actor, {
    action: 'customer.deleted',
    subject: 'A customer and everything of theirs',
    after: { customerId, conversations: ids.length },
  });
  recordEvent(tx, { type: 'customer.changed', data: { customerId } }, actor.id);
}

async function assertAllSent(tx: InstanceTransaction, customerId: string): Promise<void> {
  const waiting = await tx.sql
    .selectFrom('delivery')
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'delivery.instanceId')
        .onRef('message.id', '=', 'delivery.messageId'),
    )
    .innerJoin('conversation', (join) =>
      join
        .onRef('conversation.instanceId', '=', 'message.instanceId')
        .onRef('conversation.id', '=', 'message.conversationId'),
    )
    .where('conversation.customerId', '=', customerId)
    .where('delivery.state', 'in', ['queued', 'sending', 'held'])
    .select('delivery.messageId')
    .limit(1)
    .executeTakeFirst();
  if (waiting) {
    throw new ProblemError(createProblem(409, 'customer-message-not-sent-yet'));
  }
}

/** Deletes drafts of new messages to them alone, and removes them from the recipients of all others. */
async function removeFromDrafts(tx: InstanceTransaction, addresses: string[]): Promise<void> {
  const isOther = (recipient: string) => {
    const check = checkRecipient(recipient);
    const address = check.kind === 'ok' ? check.recipient.address : recipient;
    return !addresses.includes(normalizeAddress(address));
  };
  const drafts = await tx.sql
    .selectFrom('draft')
    .where((eb) =>
      eb.or(addresses.map((address) => sql<boolean>`position(${address} in lower(recipients::text)) > 0`)),
    )
    .select(['id', 'userId', 'conversationId', 'version', 'recipients'])
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const { id: draftId, userId, conversationId, version, recipients } of drafts) {
    const to = recipients.to.filter(isOther);
    const cc = recipients.cc.filter(isOther);
    const bcc = recipients.bcc.filter(isOther);
    if (conversationId === null && to.length + cc.length + bcc.length === 0) {
      await discardDraft(tx, draftId, userId);
      continue;
    }
    await tx.sql
      .updateTable('draft')
      .set({ recipients: JSON.stringify({ to, cc, bcc }), version: version + 1 })
      .where('id', '=', draftId)
      .execute();
    recordDraftChanged(tx, { draftId, userId, conversationId });
  }
}

/** Removes their messages from the results of completeness checks, and their names from unreadable messages. */
async function removeFromChecks(tx: InstanceTransaction, addresses: string[]): Promise<void> {
  await tx.sql
    .updateTable('unfetchedMessage')
    .set({ subject: null, sender: null })
    .where((eb) => eb.or(addresses.map((address) => sql<boolean>`position(${address} in lower(sender)) > 0`)))
    .execute();
  const checks = await tx.sql.selectFrom('mailboxCheck').select(['mailboxId', 'missing']).execute();
  for (const { mailboxId, missing } of checks) {
    const remaining = missing.filter(
      ({ from }) => !addresses.some((address) => from.toLowerCase().includes(address)),
    );
    if (remaining.length === missing.length) continue;
    await tx.sql
      .updateTable('mailboxCheck')
      .set({ missing: JSON.stringify(remaining) })
      .where('mailboxId', '=', mailboxId)
      .execute();
  }
}
