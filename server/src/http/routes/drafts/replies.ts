import { z } from 'zod';
import { timelineMessage } from '../../../conversations/timeline.ts';
import { composeReply } from '../../../outbound/compose/compose.ts';
import { composeNote } from '../../../outbound/compose/compose-note.ts';
import { replyDefaults } from '../../../outbound/defaults/reply-defaults.ts';
import { quotableInDraft } from '../../../outbound/render/quotable-messages.ts';
import {
  enteredRecipients as addresses,
  alias,
  id,
  instancePath,
  message,
  messageResponse,
  nameAndAddress,
  sendTime,
  time,
} from '../../schemas/common.ts';
import { quoting } from '../../schemas/quoting.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ conversationId: id });
/** Gmail accepts 25 MB; text alone stays far below. */
const html = z.string().min(1).max(500_000);
const quotableMessage = z
  .object({
    id,
    name: z.string(),
    address: z.string(),
    sentAt: time,
    snippet: z.string(),
    /** The recipients who neither wrote the message nor received it in To or Cc. */
    unaware: z.array(z.string()),
  })
  .meta({ id: 'QuotableMessage' });
const response = { 201: z.object({ message }) };

export function replyRoutes(app: HttpServer, { database, queue }: Services): void {
  const tags = ['writing'];
  app.get(
    '/api/instances/:instanceId/conversations/:conversationId/reply-defaults',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The default recipients of a reply',
        params: path,
        querystring: z.object({ all: z.stringbool().default(false) }),
        response: {
          200: z.object({
            mailboxId: id,
            /** The send-as address of the mailbox to answer from; null: its own address. */
            alias: z.string().nullable(),
            to: z.array(nameAndAddress),
            cc: z.array(nameAndAddress),
            subject: z.string(),
            /** Wrote into the conversation without being part of it: left out of to and cc. */
            newParticipants: z.array(nameAndAddress),
            /** Named by the Reply-To of a sender who is not verified: left out of to. */
            ignoredReplyTo: z.array(nameAndAddress),
            /** Named by the answered message, which reached us by Bcc: an answer would tell them. */
            unawareOfCopy: z.array(nameAndAddress),
          }),
        },
      },
    },
    ({ instanceId, params, query }) =>
      database.inInstance(instanceId, (tx) => replyDefaults(tx, params.conversationId, query)),
  );
  app.post(
    '/api/instances/:instanceId/conversations/:conversationId/quotable-messages',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The earlier messages that a reply to these recipients could quote, newest first',
        description:
          'A message is quoted unless `unaware` names recipients, who neither wrote nor received it. A draft can leave out more, or add one (`quoting`). `quotes` is false where the mailbox does not include history in replies.',
        params: path,
        body: z.strictObject({ mailboxId: id, to: addresses, cc: addresses, bcc: addresses }),
        response: {
          200: z.object({ quotes: z.boolean(), messages: z.array(quotableMessage) }),
        },
      },
    },
    async ({ instanceId, params, body }) => {
      const messages = await database.inInstance(instanceId, (tx) =>
        quotableInDraft(tx, params.conversationId, { ...body, now: new Date() }),
      );
      return { quotes: messages !== null, messages: messages ?? [] };
    },
  );
  app.post(
    '/api/instances/:instanceId/conversations/:conversationId/replies',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Reply through Gmail',
        description: 'The id is chosen by the caller: repeating a request changes nothing.',
        params: path,
        body: z.strictObject({
          id,
          mailboxId: id,
          /** A send-as address of the mailbox. Omitted: its own address. */
          alias: alias.nullable().optional(),
          to: addresses,
          cc: addresses.default([]),
          bcc: addresses.default([]),
          html,
          quoting: quoting.optional(),
          /** Omitted: at once. */
          sendAt: sendTime.optional(),
        }),
        response,
      },
    },
    async (request, reply) => {
      const { instanceId, user, params, body } = request;
      const stored = await database.inInstance(instanceId, async (tx) => {
        await composeReply(
          tx,
          {
            ...body,
            conversationId: params.conversationId,
            author: user,
            now: new Date(),
            ...(body.sendAt && { sendTime: { sendAt: body.sendAt } }),
          },
          queue.enqueue,
        );
        return (await timelineMessage(tx, body.id))!;
      });
      return reply.status(201).send({ message: messageResponse(request, stored) });
    },
  );
  app.post(
    '/api/instances/:instanceId/conversations/:conversationId/notes',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Add a note that only colleagues see',
        params: path,
        body: z.strictObject({ id, html }),
        response,
      },
    },
    async (request, reply) => {
      const { instanceId, user, params, body } = request;
      const stored = await database.inInstance(instanceId, async (tx) => {
        await composeNote(tx, {
          ...body,
          conversationId: params.conversationId,
          author: user,
          now: new Date(),
        });
        return (await timelineMessage(tx, body.id))!;
      });
      return reply.status(201).send({ message: messageResponse(request, stored) });
    },
  );
}
