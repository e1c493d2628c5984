import { z } from 'zod';
import { changeContentSettings, contentSettings } from '../../../instances/content-settings.ts';
import { deleteAttachment } from '../../../redaction/delete-attachment.ts';
import { deleteMessage } from '../../../redaction/delete-message.ts';
import { findPassage, redactPassage } from '../../../redaction/redact-passage.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const messagePath = instancePath.extend({ messageId: id });
const passage = z.string().min(1).max(10_000);
const settings = z.strictObject({ redactCards: z.boolean() });
const settingsResponse = z.object({ content: settings.meta({ id: 'ContentSettings' }) });

/** Removing content for good (M1). The Gmail mailbox is not changed. */
export function redactionRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['redaction'];
  app.post(
    '/api/instances/:instanceId/messages/:messageId/passage',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Where a passage occurs, before it is redacted',
        params: messagePath,
        body: z.strictObject({ passage }),
        response: {
          200: z.object({
            count: z.number().int(),
            otherMessages: z.array(z.object({ messageId: id, count: z.number().int() })),
            files: z.array(z.string()),
          }),
        },
      },
    },
    ({ instanceId, params, body }) =>
      database.inInstance(instanceId, (tx) =>
        findPassage(tx, { messageId: params.messageId, passage: body.passage }),
      ),
  );
  app.post(
    '/api/instances/:instanceId/messages/:messageId/redact',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Redact a passage of a message, for good',
        description:
          'Removed from text, HTML, subject, snippet, files and raw copy; with everywhere, also from the other messages of the conversation. Nothing changes in Gmail.',
        params: messagePath,
        body: z.strictObject({ passage, everywhere: z.boolean() }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params, body } = request;
      const input = { messageId: params.messageId, ...body };
      await database.inInstance(instanceId, (tx) => redactPassage(tx, input, actorOf(request), new Date()));
      return reply.status(204).send(null);
    },
  );
  app.delete(
    '/api/instances/:instanceId/messages/:messageId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Delete a message from Postroom, for good',
        description: 'It does not return when the mailbox is synced again. Nothing changes in Gmail.',
        params: messagePath,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params } = request;
      await database.inInstance(instanceId, (tx) =>
        deleteMessage(tx, params.messageId, actorOf(request), new Date()),
      );
      return reply.status(204).send(null);
    },
  );
  app.delete(
    '/api/instances/:instanceId/attachments/:attachmentId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Delete an attachment from Postroom, for good',
        params: instancePath.extend({ attachmentId: id }),
        querystring: z.object({
          /** The same file in other messages of the conversation, too. */
          everywhere: z.stringbool().default(true),
        }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { instanceId, params, query } = request;
      const input = { attachmentId: params.attachmentId, everywhere: query.everywhere };
      await database.inInstance(instanceId, (tx) =>
        deleteAttachment(tx, input, actorOf(request), new Date()),
      );
      return reply.status(204).send(null);
    },
  );
  const url = '/api/instances/:instanceId/content-settings';
  app.get(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'What is removed from messages before they are stored',
        params: instancePath,
        response: { 200: settingsResponse },
      },
    },
    async ({ instanceId }) => ({ content: await database.inInstance(instanceId, contentSettings) }),
  );
  app.put(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Set what is removed from messages before they are stored',
        params: instancePath,
        body: settings,
        response: { 200: settingsResponse },
      },
    },
    async (request) => ({
      content: await database.inInstance(request.instanceId, (tx) =>
        changeContentSettings(tx, request.body, actorOf(request)),
      ),
    }),
  );
}
