import { z } from 'zod';
import { deliveries, enqueueTest, replayDelivery, replayFailed } from '../../../webhooks/delivery-log.ts';
import { problemView } from '../../problem-documents.ts';
import { id, instancePath, requestTime } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import { webhookDelivery } from '../../schemas/webhooks.ts';
import type { HttpServer, Services } from '../../services.ts';

const path = instancePath.extend({ webhookId: id });

/** The log of what was delivered to a webhook, and delivering it again. */
export function webhookDeliveryRoutes(app: HttpServer, { database }: Services): void {
  const config = { access: 'admin' } as const;
  const tags = ['webhooks'];
  const base = '/api/instances/:instanceId/webhooks/:webhookId';
  app.get(
    `${base}/deliveries`,
    {
      config,
      schema: {
        tags,
        summary: 'One page of the deliveries of a webhook, newest first',
        description: 'They are kept for 30 days.',
        params: path,
        querystring: z.object({
          state: z.enum(['pending', 'delivered', 'failed']).optional(),
          ...pageQuery({ usual: 50 }),
        }),
        response: { 200: z.object({ deliveries: z.array(webhookDelivery), next }) },
      },
    },
    async (request) => {
      const { webhookId } = request.params;
      const page = await database.inInstance(request.instanceId, (tx) =>
        deliveries(tx, webhookId, request.query),
      );
      return {
        next: page.next,
        deliveries: page.rows.map((one) => ({ ...one, problem: problemView(request, one.problem) })),
      };
    },
  );
  app.post(
    `${base}/deliveries/:deliveryId/replay`,
    {
      config,
      schema: {
        tags,
        summary: 'Deliver again, with the same id',
        params: path.extend({ deliveryId: id }),
        response: { 202: z.null() },
      },
    },
    async (request, reply) => {
      const { webhookId, deliveryId } = request.params;
      await database.inInstance(request.instanceId, (tx) => replayDelivery(tx, webhookId, deliveryId));
      return reply.status(202).send(null);
    },
  );
  app.post(
    `${base}/replay`,
    {
      config,
      schema: {
        tags,
        summary: 'Deliver again what failed since a time',
        params: path,
        body: z.strictObject({ since: requestTime }),
        response: { 202: z.object({ count: z.number().int() }) },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params;
      const count = await database.inInstance(request.instanceId, (tx) =>
        replayFailed(tx, webhookId, request.body.since),
      );
      return reply.status(202).send({ count });
    },
  );
  app.post(
    `${base}/test`,
    {
      config,
      schema: {
        tags,
        summary: 'Send an event of the type webhook.test',
        params: path,
        response: { 202: z.object({ deliveryId: id }) },
      },
    },
    async (request, reply) => {
      const { webhookId } = request.params;
      const deliveryId = await database.inInstance(request.instanceId, (tx) =>
        enqueueTest(tx, webhookId, new Date()),
      );
      return reply.status(202).send({ deliveryId });
    },
  );
}
