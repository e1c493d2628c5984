import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { MailboxView } from '../../mailboxes/mailbox-view.ts';
import type { Trouble } from '../../mailboxes/trouble.ts';
import { problemSchema, problemShape, problemView } from '../problem-documents.ts';
import { problemMessage } from '../request-problems.ts';
import { id, time } from './common.ts';

const displayName = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{Cc}*$/u, problemMessage('value-not-one-line'));

/** The settings of an alias (S7). An empty display name is the mailbox's; so is the template unless it has its own. */
export const aliasSettingsSchema = z.strictObject({
  displayName,
  ownTemplate: z.boolean(),
  templateId: id.nullable(),
});
export const aliasSchema = z
  .object({
    address: z.string(),
    displayName: z.string(),
    ownTemplate: z.boolean(),
    templateId: id.nullable(),
  })
  .meta({ id: 'Alias' });

/** The settings of a mailbox (C7). The display name becomes the From name: one line, not empty. */
export const mailboxSettingsSchema = z.strictObject({
  displayName: displayName.min(1),
  templateId: id.nullable(),
  dynamicAliasName: z.boolean(),
  threading: z.enum(['single', 'history']),
});

/** An outage at Google: what it says, since when, and when Postroom tries again. */
export const troubleSchema = z
  .object({ ...problemShape, since: time, retryAt: time.nullable() })
  .meta({ id: 'Trouble' });

export const mailboxSchema = z
  .object({
    id,
    address: z.string(),
    displayName: z.string(),
    templateId: id.nullable(),
    templateName: z.string(),
    dynamicAliasName: z.boolean(),
    threading: z.enum(['single', 'history']),
    state: z.enum(['connected', 'trouble', 'disconnected']),
    trouble: troubleSchema.nullable(),
    disconnected: z.object({ ...problemShape, since: time }).nullable(),
    connectedAt: time,
    /** Google accepts no message before this time; messages wait in order. */
    sendingLimitedUntil: time.nullable(),
    /** How new messages are noticed: by Google's notifications, or by polling Gmail. */
    notificationHealth: z.object({
      mode: z.enum(['notifications', 'polling']),
      problem: problemSchema.nullable(),
    }),
    check: z
      .object({
        state: z.enum(['waiting', 'listing', 'fetching', 'done', 'failed']),
        startedAt: time,
        finishedAt: time.nullable(),
        expected: z.number().int(),
        stored: z.number().int(),
        fetched: z.number().int(),
        missing: z.array(
          z.object({
            gmailId: z.string(),
            subject: z.string(),
            from: z.string(),
            date: z.string().nullable(),
            /** Gmail does not return it; it is tried again by itself. */
            unreadable: z.literal(true).optional(),
          }),
        ),
        problem: problemSchema.nullable(),
        nextCheckAt: time.nullable(),
      })
      .nullable(),
    lastMessageReceivedAt: time.nullable(),
    /** Two-way sync; `problem`: why it has stopped although it is on; `allowed`: Google lets Postroom change labels. */
    twoWay: z.object({ on: z.boolean(), problem: problemSchema.nullable(), allowed: z.boolean() }),
  })
  .meta({ id: 'Mailbox' });

/** A mailbox as it is answered, with the words of its problems. */
export function mailboxResponse(
  request: FastifyRequest,
  mailbox: MailboxView,
): z.infer<typeof mailboxSchema> {
  const { trouble, disconnected, notificationHealth, check } = mailbox;
  return {
    ...mailbox,
    twoWay: { ...mailbox.twoWay, problem: problemView(request, mailbox.twoWay.problem) },
    trouble: troubleResponse(request, trouble),
    disconnected: disconnected && { ...problemView(request, disconnected), since: disconnected.since },
    notificationHealth: {
      ...notificationHealth,
      problem: problemView(request, notificationHealth.problem),
    },
    check: check && { ...check, problem: problemView(request, check.problem) },
  };
}

/** An outage with the words of what Google says. */
export function troubleResponse(
  request: FastifyRequest,
  trouble: Trouble | null,
): z.infer<typeof troubleSchema> | null {
  if (!trouble) return null;
  const { since, retryAt } = trouble;
  return { ...problemView(request, trouble), since, retryAt };
}
