import { noSuchConversation } from '../conversations/change-conversation.ts';
import type { NameAndAddress } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { replySubject } from '../mail/compose/subjects.ts';
import { normalizeAddress } from '../mail/mime/addresses.ts';
import { ownAddresses } from '../mailboxes/own-addresses.ts';
import { ProblemError } from '../problems.ts';

export type ReplyDefaults = {
  mailboxId: string;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  subject: string;
  /** Who wrote into the conversation without being part of it. Left out until somebody writes to them. */
  newParticipants: NameAndAddress[];
};

/**
 * The recipients and subject of a reply unless the agent changes them (RFC 5322, section 3.6.3): Reply-To
 * or From of the last message of a participant; `all` adds its other recipients. Our own addresses
 * and new participants are left out. Bounces and complaints are never replied to.
 */
export async function replyDefaults(
  tx: InstanceTransaction,
  conversationId: string,
  { all }: { all: boolean },
): Promise<ReplyDefaults> {
  const conversation = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select(['mailboxId', 'subject'])
    .executeTakeFirst();
  if (!conversation) throw new ProblemError(noSuchConversation);
  const answeredMessage = await findMessageToAnswer(tx, conversationId);
  const own = await ownAddresses(tx);
  const withoutOwn = (list: NameAndAddress[]) => list.filter(({ address }) => !own.has(address));
  const defaults = {
    mailboxId: answeredMessage?.mailboxId ?? conversation.mailboxId,
    subject: replySubject(answeredMessage?.subject ?? conversation.subject),
    newParticipants: await findNewParticipants(tx, conversationId),
  };
  if (!answeredMessage) return { ...defaults, to: [], cc: [] };
  const { recipients } = answeredMessage;
  if (answeredMessage.direction === 'outbound') {
    return { ...defaults, to: withoutOwn(recipients.to), cc: all ? withoutOwn(recipients.cc) : [] };
  }
  const to = recipients.replyTo.length > 0 ? recipients.replyTo : [writerOf(answeredMessage)];
  const toAddresses = new Set(to.map(({ address }) => normalizeAddress(address)));
  const cc = all
    ? withoutOwn([...recipients.to, ...recipients.cc]).filter(
        ({ address }) => !toAddresses.has(normalizeAddress(address)),
      )
    : [];
  return { ...defaults, to, cc };
}

/** The message to reply to: the last inbound one of a person, else our last one, else an automatic reply. */
async function findMessageToAnswer(tx: InstanceTransaction, conversationId: string) {
  return tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('fromNewParticipant', '=', false)
    .where('kind', 'not in', ['bounce', 'complaint'])
    .where('fromAddress', '!=', '')
    .select(['direction', 'mailboxId', 'fromName', 'fromAddress', 'writerAddress', 'recipients', 'subject'])
    .orderBy((eb) => eb('kind', '=', 'auto-reply'))
    .orderBy((eb) => eb('direction', '=', 'inbound'), 'desc')
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The person who wrote: a Google Group may have put itself into From (docs/gmail.md, trap 13). */
function writerOf(message: { fromName: string; fromAddress: string; writerAddress: string }): NameAndAddress {
  const { fromName, fromAddress, writerAddress } = message;
  if (!writerAddress || writerAddress === normalizeAddress(fromAddress)) {
    return { name: fromName, address: fromAddress };
  }
  return { name: fromName.replace(/^'(.*)' via .*$/, '$1'), address: writerAddress };
}

/** Writers of messages marked as from a new participant, newest first, to whom nobody has written since. */
async function findNewParticipants(
  tx: InstanceTransaction,
  conversationId: string,
): Promise<NameAndAddress[]> {
  const rows = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('fromNewParticipant', '=', true)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('participant')
            .whereRef('participant.conversationId', '=', 'message.conversationId')
            .whereRef('participant.address', '=', 'message.writerAddress')
            .select('participant.address'),
        ),
      ),
    )
    .select(['fromName', 'fromAddress', 'writerAddress'])
    .orderBy('sentAt', 'desc')
    .execute();
  const people = new Map(rows.toReversed().map((row) => [row.writerAddress, writerOf(row)]));
  return [...people.values()].reverse();
}
