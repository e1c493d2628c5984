import { assertConversation } from '../../conversations/change-conversation.ts';
import type { Quoting, Recipients, Sender } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { addressesOf, checkRecipient, normalizeAddress } from '../../mail/mime/addresses.ts';
import { type OwnAddresses, ownAddresses } from '../../mailboxes/own-addresses.ts';

export type Addressees = Pick<Recipients, 'to' | 'cc' | 'bcc'>;

/** An earlier message of a conversation that a new one could quote. */
export type QuotableMessage = {
  id: string;
  name: string;
  address: string;
  sentAt: Date;
  snippet: string;
  /** The recipients of the new message who neither wrote it nor received it in To or Cc. Normalized. */
  unaware: string[];
};

/** How many messages of a conversation are looked at to find those that may be quoted. */
const maxCandidates = 1_000;

/**
 * The emails of a conversation before an outbound message, newest first, without notes, automatic mail and
 * unsent messages. `recipients`: all of the new message.
 */
export async function quotableMessages(
  tx: InstanceTransaction,
  conversationId: string,
  before: { sentAt: Date; id: string | null; recipients: Addressees },
): Promise<QuotableMessage[]> {
  const rows = await tx.sql
    .selectFrom('message')
    .leftJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'message.instanceId')
        .onRef('delivery.messageId', '=', 'message.id'),
    )
    .where('message.conversationId', '=', conversationId)
    .where('message.direction', '!=', 'note')
    .where('message.kind', 'in', ['ordinary', 'list'])
    .where('message.deletedAt', 'is', null)
    .where('message.id', 'is distinct from', before.id)
    .where('message.sentAt', '<=', before.sentAt)
    .where((eb) => eb.or([eb('delivery.state', 'is', null), eb('delivery.state', '=', 'sent')]))
    .select([
      'message.id',
      'message.fromName',
      'message.fromAddress',
      'message.writerAddress',
      'message.sender',
      'message.recipients',
      'message.sentAt',
      'message.snippet',
    ])
    .orderBy('message.sentAt', 'desc')
    .orderBy('message.id', 'desc')
    .limit(maxCandidates)
    .execute();
  const own = await ownAddresses(tx);
  return rows.map((row) => ({
    id: row.id,
    name: row.fromName,
    address: row.fromAddress,
    sentAt: row.sentAt,
    snippet: row.snippet,
    unaware: unawareOf(before.recipients, row, own),
  }));
}

/**
 * The recipients who neither wrote the message nor received it in To or Cc (docs/product.md, S3). Our own
 * addresses do not count. The writer of a form is the person who filled it in, if From is verified (R9); anybody
 * can name anybody in Reply-To.
 */
export function unawareOf(recipients: Addressees, message: EmailPeople, own: OwnAddresses): string[] {
  const aware = awareOf(message);
  return [...new Set(addressesOf(recipients))].filter((address) => !own.has(address) && !aware.has(address));
}

type EmailPeople = {
  fromAddress: string;
  writerAddress: string;
  sender: Pick<Sender, 'otherAuthors'> | null;
  recipients: Recipients;
};

/** Who wrote a message, or received it in To or Cc. Normalized. */
export function awareOf({
  fromAddress,
  writerAddress,
  sender,
  recipients: { to, cc },
}: EmailPeople): Set<string> {
  const others = [...(sender?.otherAuthors ?? []), ...to, ...cc];
  return new Set([
    normalizeAddress(fromAddress),
    writerAddress,
    ...others.map(({ address }) => normalizeAddress(address)),
  ]);
}

/**
 * Whether a message is quoted: if all recipients know it, unless its author left it out; else only if the
 * author added it, and agreed to each of the recipients who reads it then.
 */
export function isQuoted({ id, unaware }: QuotableMessage, { omitted, added }: Quoting): boolean {
  if (omitted.includes(id)) return false;
  const readers = added.find(({ messageId }) => messageId === id)?.readers ?? [];
  return unaware.every((address) => readers.includes(address));
}

/** How many messages the composer shows. */
const maxShown = 200;

/**
 * The messages that a draft with these recipients could quote, newest first; null where the mailbox quotes
 * nothing. Recipients are as typed; those that are no addresses yet are passed over. Throws a
 * ProblemError if there is no such conversation.
 */
export async function quotableInDraft(
  tx: InstanceTransaction,
  conversationId: string,
  { mailboxId, now, ...typed }: { mailboxId: string; to: string[]; cc: string[]; bcc: string[]; now: Date },
): Promise<QuotableMessage[] | null> {
  await assertConversation(tx, conversationId);
  const mailbox = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .select('threading')
    .executeTakeFirst();
  if (mailbox?.threading !== 'history') return null;
  const parse = (texts: string[]) =>
    texts.flatMap((text) => {
      const outcome = checkRecipient(text);
      return outcome.kind === 'invalid' ? [] : [outcome.recipient];
    });
  const recipients = { to: parse(typed.to), cc: parse(typed.cc), bcc: parse(typed.bcc) };
  const messages = await quotableMessages(tx, conversationId, { sentAt: now, id: null, recipients });
  return messages.slice(0, maxShown);
}
