import { z } from 'zod';

/** Shapes that several routes answer with. Dates leave as ISO 8601. */
export const id = z.uuid();
export const time = z.date().meta({ type: 'string', format: 'date-time' });
export const instancePath = z.object({ instanceId: id });

export const nameAndAddress = z
  .object({ name: z.string(), address: z.string() })
  .meta({ id: 'NameAndAddress' });

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
    createdAt: time,
  })
  .meta({ id: 'Conversation' });

export const message = z
  .object({
    id,
    direction: z.enum(['inbound', 'outbound', 'note']),
    origin: z.enum(['postroom', 'gmail']),
    kind: z.enum(['ordinary', 'list', 'auto-reply', 'bounce', 'complaint']),
    /** Its writer was new to the conversation, and is left out of replies unless added. */
    stranger: z.boolean(),
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
        /** Why it is as it is; `held-over-a-day` asks whether to send it still. */
        code: z.string().nullable(),
        sentence: z.string().nullable(),
        remedy: z.string().nullable(),
        mailboxAddress: z.string(),
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
        diagnostic: z.string(),
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
  })
  .meta({ id: 'Sender' });
