import { sql } from 'kysely';
import { noSuchConversation } from '../../conversations/change-conversation.ts';
import type { NameAndAddress, Sender } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { prepared, runTogether } from '../../database/prepared-statements.ts';
import { replySubject, replyToForwardedSubject } from '../../mail/compose/subjects.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { ownAddresses } from '../../mailboxes/own-addresses.ts';
import { ProblemError } from '../../problems.ts';
import { aliasToAnswer } from './alias-to-answer.ts';
import { customerToAnswer } from './customer-to-answer.ts';
import { mailboxToAnswerFrom } from './mailbox-to-answer-from.ts';
import { unawareOfCopy } from './unaware-of-copy.ts';

export type ReplyDefaults = {
  mailboxId: string;
  /** The alias of the mailbox that it is sent from; null: its own address. */
  alias: string | null;
  to: NameAndAddress[];
  cc: NameAndAddress[];
  subject: string;
  /** Who wrote into the conversation without being part of it. Left out until somebody writes to them. */
  newParticipants: NameAndAddress[];
  /** Who should be answered by the Reply-To of a sender who is not verified. Left out. */
  ignoredReplyTo: NameAndAddress[];
  /** Who would learn by an answer that we received the message that is answered: we are a Bcc recipient of it. */
  unawareOfCopy: NameAndAddress[];
};

/**
 * The recipients and subject of a reply unless the agent changes them (RFC 5322, section 3.6.3): who is
 * answered by the last message of a participant (inbound/decide/identify-sender.ts); `all` adds its other recipients
 * and authors. Our own addresses and new participants are left out. Bounces and complaints are never replied to.
 */
export async function replyDefaults(
  tx: InstanceTransaction,
  conversationId: string,
  { all }: { all: boolean },
): Promise<ReplyDefaults> {
  const { conversation, answeredMessage } = await findAnswered(tx, conversationId);
  const own = await ownAddresses(tx);
  const withoutOwn = (list: NameAndAddress[]) => list.filter(({ address }) => !own.has(address));
  const addressed = answeredMessage?.mailboxId ?? conversation.mailboxId;
  const mailboxId = await mailboxToAnswerFrom(tx, addressed, conversation);
  const received = answeredMessage?.direction === 'inbound' ? answeredMessage.recipients : null;
  const defaults = {
    mailboxId,
    alias: await aliasToAnswer(tx, { conversationId, mailboxId }, received),
    subject: plainSubject(conversation, answeredMessage),
    newParticipants: await findNewParticipants(tx, conversationId),
    unawareOfCopy: answeredMessage ? await unawareOfCopy(tx, conversationId, answeredMessage, own) : [],
  };
  const nobody = { ...defaults, to: [], cc: [], ignoredReplyTo: [] };
  const customer = await customerToAnswer(tx, conversation, answeredMessage);
  if (!answeredMessage) return { ...nobody, to: customer?.to ?? [] };
  const { recipients, sender } = answeredMessage;
  if (customer) {
    const addresses = new Set(customer.to.map(({ address }) => normalizeAddress(address)));
    const cc = withoutOwn(customer.others).filter(({ address }) => !addresses.has(normalizeAddress(address)));
    // What a colleague forwarded was no forward when the customer wrote it.
    const subject = replyToForwardedSubject(answeredMessage.subject);
    return { ...nobody, subject, to: customer.to, cc: all ? cc : [] };
  }
  if (answeredMessage.direction === 'outbound') {
    return { ...nobody, to: withoutOwn(recipients.to), cc: all ? withoutOwn(recipients.cc) : [] };
  }
  const to = withoutOwn(answerTo(answeredMessage));
  const toAddresses = new Set(to.map(({ address }) => normalizeAddress(address)));
  const ownGroups = new Set(sender?.ownGroups);
  const others = [...(sender?.otherAuthors ?? []), ...recipients.to, ...recipients.cc].filter(
    ({ address }) => !ownGroups.has(normalizeAddress(address)),
  );
  return {
    ...nobody,
    to,
    cc: all ? withoutOwn(others).filter(({ address }) => !toAddresses.has(normalizeAddress(address))) : [],
    ignoredReplyTo: withoutOwn(sender?.ignoredReplyTo ?? []),
  };
}

/**
 * The subject of a reply unless the agent changes it: that of `replyDefaults`. The conversation and the message are what
 * `answeredQueries` returned.
 */
export async function defaultSubject(
  tx: InstanceTransaction,
  conversation: AnsweredConversation,
  answeredMessage: AnsweredMessage | undefined,
): Promise<string> {
  const plain = plainSubject(conversation, answeredMessage);
  if (!answeredMessage) return plain;
  const forwarded = replyToForwardedSubject(answeredMessage.subject);
  return forwarded !== plain && (await customerToAnswer(tx, conversation, answeredMessage))
    ? forwarded
    : plain;
}

function plainSubject(conversation: { subject: string }, answered: { subject: string } | undefined): string {
  return replySubject(answered?.subject || conversation.subject, conversation.subject);
}

/** The conversation, and the message of it that is replied to. Throws a ProblemError if there is no such conversation. */
async function findAnswered(tx: InstanceTransaction, conversationId: string) {
  const [[conversation], [answeredMessage]] = await runTogether(tx, answeredQueries(conversationId, []));
  if (!conversation) throw new ProblemError(noSuchConversation);
  return { conversation, answeredMessage };
}

/**
 * The conversation, and the message of it that is replied to, for `runTogether`. `to`: who is answered, normalised; empty
 * where that is not decided yet.
 */
export const answeredQueries = (conversationId: string, to: string[]) =>
  [answeredConversation.with({ conversationId }), messageToAnswer.with({ conversationId, to })] as const;

const answeredConversation = prepared((db, { conversationId }: { conversationId: string }) =>
  db
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select(['mailboxId', 'otherMailboxIds', 'subject', 'customerId', 'answerAddress', 'answerAddressSince']),
);

type AnsweredConversation = Awaited<ReturnType<typeof answeredConversation>>[number];
type AnsweredMessage = Awaited<ReturnType<typeof messageToAnswer>>[number];

/** Who is answered. For a message stored before this was kept: Reply-To, else the writer. */
function answerTo(message: AnsweredMessage): NameAndAddress[] {
  const { sender, recipients } = message;
  if (sender) return sender.answerTo;
  return recipients.replyTo.length > 0 ? recipients.replyTo : [writerOf(message)];
}

/**
 * The message to reply to: the last inbound one of a person, first of those who are answered, else our last one, else an
 * automatic reply.
 */
const messageToAnswer = prepared((db, { conversationId, to }: { conversationId: string; to: string[] }) =>
  db
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('fromNewParticipant', '=', false)
    .where('kind', 'not in', ['bounce', 'complaint'])
    .where((eb) => eb.or([eb('fromAddress', '!=', ''), sql<boolean>`sender -> 'answerTo' <> '[]'`]))
    .select([
      'direction',
      'kind',
      'deliveredTo',
      'mailboxId',
      'fromName',
      'fromAddress',
      'writerAddress',
      'sender',
      'recipients',
      'subject',
      'createdAt',
    ])
    .orderBy((eb) => eb('kind', '=', 'auto-reply'))
    .orderBy((eb) => eb('direction', '=', 'inbound'), 'desc')
    .orderBy(
      sql`lower(from_address) = any(${to}::text[]) or writer_address = any(${to}::text[])
        or exists (select from jsonb_array_elements(sender -> 'answerTo') as one
          where lower(one ->> 'address') = any(${to}::text[]))`,
      'desc',
    )
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

/** The person who wrote: a Google Group may have put itself into From (docs/gmail.md, trap 13). */
function writerOf(message: {
  fromName: string;
  fromAddress: string;
  writerAddress: string;
  sender: Sender | null;
}): NameAndAddress {
  const { fromName, fromAddress, writerAddress, sender } = message;
  if (sender) return sender.writer;
  if (!writerAddress || writerAddress === normalizeAddress(fromAddress)) {
    return { name: fromName, address: fromAddress };
  }
  return { name: fromName.replace(/^'(.*)' via .*/s, '$1'), address: writerAddress };
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
    .select(['fromName', 'fromAddress', 'writerAddress', 'sender'])
    .orderBy('sentAt', 'desc')
    .execute();
  const people = new Map(rows.toReversed().map((row) => [row.writerAddress, writerOf(row)]));
  return [...people.values()].reverse();
}
