import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { TimelineMessage } from '../../conversations/timeline.ts';
import { tagColors } from '../../database/schema.ts';
import { problemSchema, problemView } from '../problem-documents.ts';

/** Shapes that several routes answer with. Dates leave as ISO 8601. */
export const id = z.uuid();
export const time = z.date().meta({ type: 'string', format: 'date-time' });
export const instancePath = z.object({ instanceId: id });

/** A time at which a message is to be sent, at most two years ahead. */
export const sendTime = z.coerce
  .date()
  .refine((at) => at.getTime() < Date.now() + 731 * 86_400_000, 'must be within two years')
  .meta({ type: 'string', format: 'date-time' });

/** As `Europe/Berlin`. */
export const timeZone = z.string().max(64).refine(isTimeZone, 'is no time zone').default('UTC');

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
    snippet: z.string(),
    status: z.enum(['open', 'snoozed', 'done']),
    customer: z.object({ id, name: z.string(), address: z.string() }),
    mailboxId: id,
    assignee: z.object({ id, name: z.string() }).nullable(),
    lastMessageAt: time,
    lastDirection: z.enum(['inbound', 'outbound', 'note']),
    unread: z.boolean(),
    snoozedUntil: time.nullable(),
    /** Counts people's changes: a change says which it was made on. */
    version: z.number().int(),
    /** Since when the customer waits for an answer. */
    waitingSince: time.nullable(),
    tags: z.array(tag),
    createdAt: time,
  })
  .meta({ id: 'Conversation' });

/** The event a calendar invitation is about (RFC 5545). */
const invitation = z
  .object({
    method: z.enum(['request', 'cancel', 'reply', 'publish', 'counter']),
    summary: z.string(),
    location: z.string(),
    organizer: nameAndAddress.nullable(),
    /** `2026-03-01T10:00:00Z`; without Z in a zone nobody knows; the day alone for whole days. */
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
    /** Its writer was new to the conversation, and is left out of replies unless added. */
    fromNewParticipant: z.boolean(),
    from: nameAndAddress,
    to: z.array(nameAndAddress),
    cc: z.array(nameAndAddress),
    bcc: z.array(nameAndAddress),
    subject: z.string(),
    sentAt: time,
    text: z.string(),
    html: z.string().nullable(),
    ownText: z.string().nullable(),
    ownHtml: z.string().nullable(),
    unreadable: z.boolean(),
    /** How it is signed or encrypted; signatures are not checked, nothing is decrypted. */
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
        /** Why it is as it is; `held-too-long` asks whether to send it still. */
        problem: problemSchema.nullable(),
        mailboxAddress: z.string(),
        /** The From it was to have, where Gmail sent it from another: `from` is what was sent. */
        requestedFrom: nameAndAddress.nullable(),
        /** It leaves no earlier: it can be undone until then, or the time was chosen. */
        sendAfter: time,
        scheduled: z.boolean(),
        /** When it is tried again by itself. */
        nextAttemptAt: time.nullable(),
        changedAt: time,
      })
      .nullable(),
    /** What came back about an outbound message, for each recipient what counts now (RFC 3464, RFC 5965). */
    reports: z.array(
      z.object({
        kind: z.enum(['failed', 'delayed', 'complaint']),
        recipient: z.string(),
        /** RFC 3463; empty for a complaint. */
        status: z.string(),
        /** Why it came back, like `no-such-address` or `mailbox-full`; empty for a complaint. */
        reason: z.string(),
        diagnostic: z.string(),
        at: time,
      }),
    ),
    /** Nothing of it is left but its place; `redactions` says who deleted it. */
    deleted: z.boolean(),
    /** What was taken out of it; `cards` by the instance's setting, by nobody. */
    redactions: z.array(
      z.object({
        kind: z.enum(['passage', 'attachment', 'message', 'cards']),
        by: z.string(),
        at: time,
      }),
    ),
  })
  .meta({ id: 'Message' });

export const sender = z
  .object({
    mailboxId: id,
    displayName: z.string(),
    address: z.string(),
    fromLine: z.string(),
    state: z.enum(['connected', 'disconnected']),
    /** Set while Google's sending limit is reached: until when. */
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
