import { moveToCustomer, type NewCustomer } from '../../customers/move-to-customer.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { recordDraftChanged } from '../../drafts/save-draft.ts';
import { checkRecipient, formatRecipient, normalizeAddress } from '../../mail/mime/addresses.ts';
import { replyDefaults } from './reply-defaults.ts';

/**
 * Moves a conversation to another customer with the replies being written to the former one: where the author
 * left the recipients as proposed, they become those proposed now. Throws as `moveToCustomer` does.
 */
export async function moveWithDrafts(
  tx: InstanceTransaction,
  move: { conversationId: string; to: NewCustomer; actorId: string; now: Date },
): Promise<void> {
  const { conversationId, now } = move;
  const before = await replyDefaults(tx, conversationId, { all: true });
  await moveToCustomer(tx, move);
  const after = await replyDefaults(tx, conversationId, { all: true });
  const proposedTo = keyOf(before.to.map(({ address }) => address));
  const to = after.to.map(formatRecipient);
  const noLonger = new Set(before.cc.map(({ address }) => normalizeAddress(address)));
  for (const { address } of after.cc) noLonger.delete(normalizeAddress(address));
  const drafts = await tx.sql
    .selectFrom('draft')
    .where('conversationId', '=', conversationId)
    .where('kind', '=', 'reply')
    .select(['id', 'userId', 'version', 'recipients'])
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const { id, userId, version, recipients } of drafts) {
    if (keyOf(recipients.to.map(addressOf)) !== proposedTo) continue;
    const cc = recipients.cc.filter((entered) => !noLonger.has(addressOf(entered)));
    await tx.sql
      .updateTable('draft')
      .set({ recipients: JSON.stringify({ ...recipients, to, cc }), version: version + 1, changedAt: now })
      .where('id', '=', id)
      .execute();
    recordDraftChanged(tx, { draftId: id, userId, conversationId });
  }
}

/** The address of a recipient as it was entered; itself where it is none. */
function addressOf(entered: string): string {
  const checked = checkRecipient(entered);
  return normalizeAddress(checked.kind === 'ok' ? checked.recipient.address : entered);
}

function keyOf(addresses: string[]): string {
  return addresses.map(normalizeAddress).sort().join(' ');
}
