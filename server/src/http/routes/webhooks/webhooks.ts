import { z } from 'zod';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  rotateSecret,
  webhook,
  webhookEventTypes,
  webhooks,
} from '../../../webhooks/webhooks.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { eventType, webhook as webhookSchema, webhookUrl } from '../../schemas/webhooks.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ webhookId: id });
const description = z.string().trim().max(200);
const eventTypes = z.array(eventType).min(1).max(webhookEventTypes.length);
const secret = z.string().meta({ description: 'Signs what is sent. It is in this answer only.' });

/** Addresses that are notified about events (A3). */
export function webhookRoutes(app: HttpServer, { database, sealer }: Services): void {
  const config = { access: 'admin' } as const;
  const secretConfig = { ...config, secretAnswer: true } as const;
  const tags = ['webhooks'];
  const base = '/api/instances/:instanceId/webhooks';
  const response = { 200: z.object({ webhook: webhookSchema }) };
  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'The webhooks, oldest first',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ webhooks: z.array(webhookSchema), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => webhooks(tx, query));
      return { webhooks: page.rows, next: page.next };
    },
  );
  app.post(
    base,
    {
      config: secretConfig,
      schema: {
        tags,
        summary: 'Create a webhook',
        description: 'It is notified about what happens from now on.',
        params: instancePath,
        body: z.strictObject({ url: webhookUrl, description: description.default(''), eventTypes }),
        response: { 201: z.object({ webhook: webhookSchema, secret }) },
      },
    },
    async (request, reply) => {
      const created = await database.inInstance(request.instanceId, async (tx) => {
        const made = await createWebhook({ sealer }, tx, request.body, actorOf(request));
        return { webhook: (await webhook(tx, made.id))!, secret: made.secret };
      });
      return reply.status(201).send(created);
    },
  );
  app.patch(
    `${base}/:webhookId`,
    {
      config,
      schema: {
        tags,
        summary: 'Change, pause or resume a webhook',
        description:
          'One that is resumed is notified about what happens from then on; what was waiting is delivered.',
        params: path,
        body: z.strictObject({
          url: webhookUrl.optional(),
          description: description.optional(),
          eventTypes: eventTypes.optional(),
          state: z.enum(['active', 'paused']).optional(),
        }),
        response,
      },
    },
    async (request) => {
      const { webhookId } = request.params;
      return database.inInstance(request.instanceId, async (tx) => {
        await changeWebhook(tx, webhookId, request.body, actorOf(request));
        return { webhook: (await webhook(tx, webhookId))! };
      });
    },
  );
  app.delete(
    `${base}/:webhookId`,
    {
      config,
      schema: { tags, summary: 'Delete a webhook and its log', params: path, response: { 204: z.null() } },
    },
    async (request, reply) => {
      const { webhookId } = request.params;
      await database.inInstance(request.instanceId, (tx) => deleteWebhook(tx, webhookId, actorOf(request)));
      return reply.status(204).send(null);
    },
  );
  app.post(
    `${base}/:webhookId/rotate-secret`,
    {
      config: secretConfig,
      schema: {
        tags,
        summary: 'Give a webhook a new secret',
        description: 'For 24 hours what is sent is signed with the former secret as well.',
        params: path,
        response: { 200: z.object({ secret, formerSecretUntil: time }) },
      },
    },
    async (request) => {
      const { webhookId } = request.params;
      const change = { actor: actorOf(request), now: new Date() };
      return database.inInstance(request.instanceId, (tx) => rotateSecret({ sealer }, tx, webhookId, change));
    },
  );
}
