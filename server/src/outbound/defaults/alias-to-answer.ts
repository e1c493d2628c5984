import type { Recipients } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { aliasesOf } from '../../mailboxes/aliases.ts';
import { recognizeOwn } from '../../mailboxes/own-addresses.ts';

/**
 * The alias that an answer from this mailbox is sent from (S7): the one that the message answered is addressed to
 * first, in To, then in Cc; else the one that the conversation was last answered from. Null: the mailbox's own
 * address, or that one is addressed first. `received` is null where no message of a customer is answered.
 */
export async function aliasToAnswer(
  tx: InstanceTransaction,
  { conversationId, mailboxId }: { conversationId: string; mailboxId: string },
  received: Pick<Recipients, 'to' | 'cc'> | null,
): Promise<string | null> {
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'sendAs'])
    .executeTakeFirst();
  if (!mailbox) return null;
  const aliases = (await aliasesOf(tx, mailbox)).map(({ address }) => address);
  if (aliases.length === 0) return null;
  // The mailbox's own first: an alias may be a plus form of it, and then it is the better match.
  const exact = [mailbox.address, ...aliases].map(normalizeAddress);
  const known = exact.map((address) => ({ address, own: recognizeOwn([address]) }));
  for (const recipient of received ? [...received.to, ...received.cc] : []) {
    const address = normalizeAddress(recipient.address);
    const found = exact.includes(address) ? address : known.find(({ own }) => own.has(address))?.address;
    if (found) return aliases.find((alias) => normalizeAddress(alias) === found) ?? null;
  }
  const last = await lastUsed(tx, conversationId, mailboxId);
  return last !== null && aliases.includes(last) ? last : null;
}

/** The alias of the last message sent from this mailbox in the conversation; from Gmail itself, its From. */
async function lastUsed(
  tx: InstanceTransaction,
  conversationId: string,
  mailboxId: string,
): Promise<string | null> {
  const last = await tx.sql
    .selectFrom('message')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .where('message.conversationId', '=', conversationId)
    .where('message.mailboxId', '=', mailboxId)
    .where('message.direction', '=', 'outbound')
    .select(['delivery.messageId as deliveryId', 'delivery.alias', 'message.fromAddress'])
    .orderBy('message.sentAt', 'desc')
    .orderBy('message.id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!last) return null;
  return last.deliveryId ? last.alias : last.fromAddress.toLowerCase();
}
