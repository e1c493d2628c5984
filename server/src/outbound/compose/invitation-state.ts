import { sql } from 'kysely';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import type { InvitedEvent, Participation } from '../../mail/calendar/invitation-reply.ts';
import { isCalendar } from '../../mail/calendar/is-calendar.ts';
import { normalizeAddress } from '../../mail/mime/addresses.ts';
import { aliasesOfAll } from '../../mailboxes/aliases.ts';
import { ownAddresses, recognizeOwn } from '../../mailboxes/own-addresses.ts';
import { createProblem, ProblemError } from '../../problems.ts';

/** The invited address: a mailbox or one of its aliases; `attendee` is how the invitation has it. */
export type InvitedAs = { mailboxId: string; alias: string | null; address: string; attendee: string };

export type InvitationState = {
  /**
   * `updated`: a later version of the event was received. `not-invited`: no mailbox or alias is among the attendees.
   * `unanswerable`: it asks for no answer, such as an event that is only announced, or says not whom to answer.
   */
  state: 'open' | 'cancelled' | 'updated' | 'not-invited' | 'unanswerable';
  invited: InvitedAs | null;
  /** The last answer to this version of the event that was not refused. */
  answer: { participation: Participation; by: string; at: Date; sent: boolean } | null;
};

/** An invitation with what its answer is made of. */
export type Invited = {
  view: InvitationState;
  conversationId: string;
  /** The iCalendar text. */
  calendar: string;
  event: InvitedEvent | null;
};

/**
 * Whether a received invitation can be answered, as whom, and how it was. `lock`: until the transaction ends nobody
 * else answers it. Throws a ProblemError if there is no such message with an invitation.
 */
export async function readInvited(
  tx: InstanceTransaction,
  messageId: string,
  { lock = false } = {},
): Promise<Invited> {
  const message = await tx.sql
    .selectFrom('message')
    .where('id', '=', messageId)
    .where('invitation', 'is not', null)
    .where('deletedAt', 'is', null)
    .select(['conversationId', 'mailboxId', 'direction'])
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!message) throw new ProblemError(noSuchInvitation);
  const calendar = await calendarOf(tx, messageId);
  const event = await readEvent(calendar);
  const found = { conversationId: message.conversationId, calendar, event };
  const refused = (state: InvitationState['state']) => ({
    ...found,
    view: { state, invited: null, answer: null },
  });
  if (!event || message.direction !== 'inbound') return refused('unanswerable');
  if (event.method === 'cancel') return refused('cancelled');
  const asksForAnswer = event.method === 'request' && event.organizer !== null;
  if (!asksForAnswer || (await ownAddresses(tx)).has(event.organizer!)) return refused('unanswerable');
  const later = await laterState(tx, messageId, event);
  if (later) return refused(later);
  const invited = await findInvited(tx, message.mailboxId, event.attendees);
  if (!invited) return refused('not-invited');
  return { ...found, view: { state: 'open', invited, answer: await lastAnswer(tx, event, invited) } };
}

/** The iCalendar text of a message; empty if its file was deleted. */
async function calendarOf(tx: InstanceTransaction, messageId: string): Promise<string> {
  const files = await tx.sql
    .selectFrom('attachment')
    .where('messageId', '=', messageId)
    .select(['id', 'filename', 'mediaType'])
    .orderBy('position')
    .execute();
  const file = files.find(isCalendar);
  if (!file) return '';
  const stored = await tx.sql
    .selectFrom('attachment')
    .innerJoin('blob', (join) =>
      join
        .onRef('blob.instanceId', '=', 'attachment.instanceId')
        .onRef('blob.sha256', '=', 'attachment.sha256'),
    )
    .where('attachment.id', '=', file.id)
    .select(['bytes', 'location'])
    .executeTakeFirstOrThrow();
  return (await tx.files.read(stored)).toString('utf8');
}

/** Messages about one event that are looked at; a long series is answered nevertheless. */
const maxVersions = 50;

/** What the organizer sent later about the event (RFC 5546 §2.1.4); null if nothing. */
async function laterState(
  tx: InstanceTransaction,
  messageId: string,
  event: InvitedEvent,
): Promise<'cancelled' | 'updated' | null> {
  const others = await tx.sql
    .selectFrom('message')
    .where(sql`invitation ->> 'uid'`, '=', event.uid)
    .where('id', '!=', messageId)
    .where('direction', '=', 'inbound')
    .where('deletedAt', 'is', null)
    .select('id')
    .orderBy('sentAt', 'desc')
    .limit(maxVersions)
    .execute();
  let isUpdated = false;
  for (const { id } of others) {
    const other = await readEvent(await calendarOf(tx, id));
    if (!other || !isSameAddress(other.organizer, event.organizer)) continue;
    const isSameEvent = other.recurrenceId === event.recurrenceId;
    if (other.method === 'cancel' && other.sequence >= event.sequence && (isSameEvent || !other.recurrenceId))
      return 'cancelled';
    if (other.method === 'request' && other.sequence > event.sequence && isSameEvent) isUpdated = true;
  }
  return isUpdated ? 'updated' : null;
}

function isSameAddress(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && normalizeAddress(one) === normalizeAddress(other);
}

/** The mailbox or alias among the attendees: of the mailbox that received the invitation, else of another. */
async function findInvited(
  tx: InstanceTransaction,
  receivedBy: string | null,
  attendees: string[],
): Promise<InvitedAs | null> {
  const mailboxes = await tx.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .select(['id', 'address', 'sendAs'])
    .orderBy('address')
    .execute();
  const aliases = await aliasesOfAll(tx, mailboxes);
  const candidates = mailboxes
    .toSorted((one, other) => Number(other.id === receivedBy) - Number(one.id === receivedBy))
    .flatMap(({ id: mailboxId, address }) => [
      { mailboxId, alias: null, address },
      ...aliases
        .get(mailboxId)!
        .map((alias) => ({ mailboxId, alias: alias.address, address: alias.address })),
    ]);
  for (const candidate of candidates) {
    const own = recognizeOwn([candidate.address]);
    const attendee = attendees.find((each) => own.has(each));
    if (attendee !== undefined) return { ...candidate, attendee };
  }
  return null;
}

async function lastAnswer(
  tx: InstanceTransaction,
  event: InvitedEvent,
  { attendee }: InvitedAs,
): Promise<InvitationState['answer']> {
  const row = await tx.sql
    .selectFrom('invitationAnswer')
    .innerJoin('delivery', (join) =>
      join
        .onRef('delivery.instanceId', '=', 'invitationAnswer.instanceId')
        .onRef('delivery.messageId', '=', 'invitationAnswer.messageId'),
    )
    .innerJoin('message', (join) =>
      join
        .onRef('message.instanceId', '=', 'invitationAnswer.instanceId')
        .onRef('message.id', '=', 'invitationAnswer.messageId'),
    )
    .leftJoin('users', 'users.id', 'message.authorId')
    .where('uid', '=', event.uid)
    .where('recurrenceId', '=', event.recurrenceId)
    .where('sequence', '=', event.sequence)
    .where('attendee', '=', normalizeAddress(attendee))
    .where('delivery.state', 'not in', ['failed', 'cancelled'])
    .select(['participation', 'users.name', 'invitationAnswer.createdAt', 'delivery.state'])
    .orderBy('invitationAnswer.createdAt', 'desc')
    .orderBy('invitationAnswer.messageId', 'desc')
    .executeTakeFirst();
  if (!row) return null;
  const { participation, name, createdAt: at, state } = row;
  return { participation, by: name ?? '', at, sent: state === 'sent' };
}

const noSuchInvitation = createProblem(404, 'no-such-event');

/** Reading calendars is loaded with the first one. */
async function readEvent(calendar: string): Promise<InvitedEvent | null> {
  const { readInvitedEvent } = await import('../../mail/calendar/invitation-reply.ts');
  return readInvitedEvent(calendar);
}
