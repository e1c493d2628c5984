import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { TimelineMessage } from '../../conversations/timeline.ts';
import { tagColors } from '../../database/column-types.ts';
import { isStorableDate } from '../../database/storable.ts';
import { problemSchema, problemView } from '../problem-documents.ts';
import { problemMessage } from '../request-problems.ts';

/** Response shapes shared by routes. Dates are serialized as ISO 8601. */
export const id = z.uuid();
export const time = z.date().meta({ type: 'string', format: 'date-time' });
export const instancePath = z.object({ instanceId: id });

/**
 * The recipients of one header field as they were entered. The bounds only keep a request small: a draft may have
 * more than a message, which is refused in words when it is sent (outbound/compose/parse-recipients.ts).
 */
export const enteredRecipients = z.array(z.string().max(1_000)).max(5_000);

/** A count, position or version in a request: Postgres's int4. */
export const int4 = z.int32();

/** A time in a request, in ISO 8601. */
export const requestTime = z.coerce
  .date()
  .refine(isStorableDate, 'must be within the years 1 to 9999')
  .meta({ type: 'string', format: 'date-time' });

/** A time at which a message is to be sent, at most two years ahead. */
export const sendTime = requestTime
  .refine((at) => at.getTime() < Date.now() + 731 * 86_400_000, problemMessage('send-time-too-far'))
  .meta({ type: 'string', format: 'date-time' });

/** An IANA time zone, such as `Europe/Berlin`. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'no time zone').default('UTC');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

export const nameAndAddress = z
  .object({ name: z.string(), address: z.string() })
  .meta({ id: 'NameAndAddress' });

export const tag = z.object({ id, name: z.string(), color: z.enum(tagColors) }).meta({ id: 'Tag' });

export const conversationRow = z
  .object({
    id,
    subject: z.string(),
    /** The subject of its newest email, if that is another one. */
    newSubject: z.string().nullable(),
    snippet: z.string(),
    status: z.enum(['open', 'snoozed', 'done']),
    customer: z.object({ id, name: z.string(), address: z.string() }),
    mailboxId: id,
    assignee: z.object({ id, name: z.string() }).nullable(),
    lastMessageAt: time,
    lastDirection: z.enum(['inbound', 'outbound', 'note']),
    /** The user who wrote the newest email; null: a customer, or somebody in Gmail itself. */
    lastAuthor: z.object({ id, name: z.string() }).nullable(),
    unread: z.boolean(),
    snoozedUntil: time.nullable(),
    /** Counts changes made by people; a change names the version it is based on. */
    version: z.number().int(),
    /** It collects what this address sent beyond the hourly limit; null: an ordinary conversation. */
    quietFor: z.string().nullable(),
    /** Since when the customer has been waiting for a reply. */
    waitingSince: time.nullable(),
    tags: z.array(tag),
    createdAt: time,
  })
  .meta({ id: 'Conversation' });

/** The event of a calendar invitation (RFC 5545). */
const invitation = z
  .object({
    method: z.enum(['request', 'cancel', 'reply', 'publish', 'counter']),
    summary: z.string(),
    location: z.string(),
    organizer: nameAndAddress.nullable(),
    /** `2026-03-01T10:00:00Z`; without Z if the time zone is unknown; only the date for whole days. */
    start: z.string().nullable(),
    end: z.string().nullable(),
    timeZone: z.string().nullable(),
    repeats: z.boolean(),
  })
  .meta({ id: 'Invitation' });

export const message = z
  .object({
    id,
    direction: z.enum(['inbound', 'outbound', 'note']),
    origin: z.enum(['postroom', 'gmail']),
    kind: z.enum(['ordinary', 'list', 'auto-reply', 'bounce', 'complaint']),
    /** Its writer is new to the conversation, and is not a recipient of replies unless added. */
    fromNewParticipant: z.boolean(),
    /** The header field From, its first author. */
    from: nameAndAddress,
    /** The person who wrote: not `from` where a form, a list or a group sent it. */
    writer: nameAndAddress,
    /** The authors in From after the first. */
    otherAuthors: z.array(nameAndAddress),
    /** Gmail found by DMARC that `from` may be somebody else. */
    senderUnverified: z.boolean(),
    to: z.array(nameAndAddress),
    cc: z.array(nameAndAddress),
    bcc: z.array(nameAndAddress),
    subject: z.string(),
    /** Its subject is another than the conversation's. */
    hasNewSubject: z.boolean(),
    sentAt: time,
    text: z.string(),
    html: z.string().nullable(),
    ownText: z.string().nullable(),
    ownHtml: z.string().nullable(),
    /** What a colleague forwards with it: its author, who may have no address there, and their words. */
    forwarded: z
      .object({
        from: nameAndAddress,
        subject: z.string(),
        /** As it is written there. */
        date: z.string(),
        /** What the colleague wrote above. */
        note: z.string(),
        text: z.string(),
        html: z.string().nullable(),
      })
      .nullable(),
    /** The emoji, if it is a reaction to an earlier message. */
    reaction: z.string().nullable(),
    unreadable: z.boolean(),
    /** How it is signed or encrypted; signatures are not verified and nothing is decrypted. */
    protection: z.enum(['pgp-signed', 'pgp-encrypted', 'smime-signed', 'smime-encrypted']).nullable(),
    invitation: invitation.nullable(),
    author: z.object({ id, name: z.string() }).nullable(),
    attachments: z.array(
      z.object({
        id,
        filename: z.string(),
        mediaType: z.string(),
        size: z.number().int(),
        contentId: z.string().nullable(),
        inline: z.boolean(),
      }),
    ),
    delivery: z
      .object({
        state: z.enum(['queued', 'sending', 'sent', 'failed', 'held', 'cancelled']),
        /** The reason of this state; `held-too-long` asks whether it should still be sent. */
        problem: problemSchema.nullable(),
        mailboxAddress: z.string(),
        /** The requested From, if Gmail sent it from another: `from` is the one sent. */
        requestedFrom: nameAndAddress.nullable(),
        /** Not sent before this time: it can be undone until then, or the time was chosen. */
        sendAfter: time,
        scheduled: z.boolean(),
        /** When it is retried automatically. */
        nextAttemptAt: time.nullable(),
        changedAt: time,
      })
      .nullable(),
    /**
     * The delivery reports of an outbound message, the decisive one for each recipient (RFC 3464, RFC 5965).
     */
    reports: z.array(
      z.object({
        kind: z.enum(['failed', 'delayed', 'complaint']),
        recipient: z.string(),
        /** RFC 3463; empty for a complaint. */
        status: z.string(),
        /** The reason, such as `no-such-address` or `mailbox-full`; empty for a complaint. */
        reason: z.string(),
        diagnostic: z.string(),
        at: time,
      }),
    ),
    /** Its content is deleted; `redactions` says by whom. */
    deleted: z.boolean(),
    /** What was removed from it; `cards`: card numbers, by the instance's setting. */
    redactions: z.array(
      z.object({
        kind: z.enum(['passage', 'attachment', 'message', 'cards']),
        by: z.string(),
        at: time,
      }),
    ),
  })
  .meta({ id: 'Message' });

/** A send-as address of a mailbox that a message is sent from. */
export const alias = z.string().min(3).max(320);

export const sender = z
  .object({
    mailboxId: id,
    displayName: z.string(),
    address: z.string(),
    fromLine: z.string(),
    /** Send-as addresses of the mailbox that messages may be sent from as well. */
    aliases: z.array(z.object({ address: z.string(), displayName: z.string(), fromLine: z.string() })),
    state: z.enum(['connected', 'disconnected']),
    /** Google accepts no message before this time; null outside a sending limit. */
    limitedUntil: time.nullable(),
  })
  .meta({ id: 'Sender' });

/** A message as it is answered, with the words of why it was not sent. */
export function messageResponse(request: FastifyRequest, one: TimelineMessage): z.infer<typeof message> {
  const { delivery } = one;
  return { ...one, delivery: delivery && { ...delivery, problem: problemView(request, delivery.problem) } };
}

/** A page of messages as it is answered. */
export function messagesResponse<Page extends { messages: TimelineMessage[] }>(
  request: FastifyRequest,
  page: Page,
) {
  return { ...page, messages: page.messages.map((one) => messageResponse(request, one)) };
}
