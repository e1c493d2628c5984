import { noSuchConversation } from '../conversations/change.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import type { NameAndAddress } from '../database/schema.ts';
import { Refused } from '../errors.ts';
import { normalizeAddress } from '../mail/addresses.ts';
import { replySubject } from '../mail/subjects.ts';

export type ReplyDefaults = {
  mailboxId: string;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  subject: string;
};

/**
 * Where a reply goes unless the agent changes it (RFC 5322 §3.6.3): to the Reply-To or From of the
 * last message from outside; `all` adds its other recipients. Our own addresses are left out.
 */
export async function replyDefaults(
  tx: InstanceTransaction,
  conversationId: string,
  { all }: { all: boolean },
): Promise<ReplyDefaults> {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .innerJoin('customer', (join) =>
      join
        .onRef('customer.instanceId', '=', 'conversation.instanceId')
        .onRef('customer.id', '=', 'conversation.customerId'),
    )
    .where('conversation.id', '=', conversationId)
    .select(['conversation.mailboxId', 'conversation.subject', 'conversation.customerId', 'customer.name'])
    .executeTakeFirst();
  if (!conversation) throw new Refused(noSuchConversation);
  const last = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .select(['direction', 'mailboxId', 'fromName', 'fromAddress', 'recipients', 'subject'])
    // what a customer wrote last, else what we wrote last
    .orderBy((eb) => eb('direction', '=', 'inbound'), 'desc')
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const own = await ownAddresses(tx);
  const others = (list: NameAndAddress[]) =>
    list.filter(({ address }) => !own.has(normalizeAddress(address)));
  const mailboxId = last?.mailboxId ?? conversation.mailboxId;
  const subject = replySubject(last?.subject ?? conversation.subject);
  if (!last || last.direction === 'outbound') {
    const sentTo = last ? others(last.recipients.to) : [];
    return { mailboxId, to: sentTo, cc: all && last ? others(last.recipients.cc) : [], subject };
  }
  const { recipients } = last;
  const to =
    recipients.replyTo.length > 0 ? recipients.replyTo : [{ name: last.fromName, address: last.fromAddress }];
  const answered = new Set(to.map(({ address }) => normalizeAddress(address)));
  const cc = all
    ? others([...recipients.to, ...recipients.cc]).filter(
        ({ address }) => !answered.has(normalizeAddress(address)),
      )
    : [];
  return { mailboxId, to, cc, subject };
}

async function ownAddresses(tx: InstanceTransaction): Promise<Set<string>> {
  const rows = await tx.sql.selectFrom('mailbox').select('address').execute();
  return new Set(rows.map(({ address }) => normalizeAddress(address)));
}
