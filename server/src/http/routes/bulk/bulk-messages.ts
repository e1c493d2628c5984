import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { changeBulk, createBulk, deleteBulk } from '../../../bulk/bulk-drafts.ts';
import { changeBulkState } from '../../../bulk/bulk-state.ts';
import { bulkMessage, bulkMessages } from '../../../bulk/bulk-views.ts';
import { allowanceOf } from '../../../mailboxes/daily-allowance.ts';
import { actorOf } from '../../access.ts';
import {
  bulkMessageResponse,
  bulkMessageSchema,
  bulkMessageView,
  bulkPath,
  count,
} from '../../schemas/bulk.ts';
import { alias, id, instancePath } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const base = '/api/instances/:instanceId/bulk-messages';
const content = z.strictObject({
  mailboxId: id,
  alias: alias.nullable().default(null),
  subject: z.string().max(500),
  html: z.string().max(500_000),
});

/** Bulk messages (S6), for admins only: misuse can block the address for everybody. */
export function bulkMessageRoutes(app: HttpServer, { database, url }: Services): void {
  const tags = ['bulk messages'];
  const config = { access: 'admin' } as const;
  const view = async (request: FastifyRequest, bulkId: string) => {
    const bulk = await database.inInstance(request.instanceId, (tx) => bulkMessage(tx, bulkId));
    return { bulkMessage: bulkMessageView(request, bulk, url) };
  };
  app.get(
    base,
    {
      config,
      schema: {
        tags,
        summary: 'The bulk messages, newest first',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ bulkMessages: z.array(bulkMessageSchema), next }) },
      },
    },
    async (request) => {
      const page = await database.inInstance(request.instanceId, (tx) => bulkMessages(tx, request.query));
      return { bulkMessages: page.rows.map((bulk) => bulkMessageView(request, bulk, url)), next: page.next };
    },
  );
  app.get(
    `${base}/:bulkId`,
    {
      config,
      schema: { tags, summary: 'One bulk message', params: bulkPath, response: bulkMessageResponse },
    },
    (request) => view(request, request.params.bulkId),
  );
  app.put(
    `${base}/:bulkId`,
    {
      config,
      schema: {
        tags,
        summary: 'Create or change a bulk message',
        description: 'The id is chosen by the caller. Refused once it has been started.',
        params: bulkPath,
        body: content,
        response: bulkMessageResponse,
      },
    },
    async (request) => {
      const { instanceId, params, body } = request;
      await database.inInstance(instanceId, async (tx) => {
        await createBulk(tx, params.bulkId, body, actorOf(request));
        await changeBulk(tx, params.bulkId, body, actorOf(request));
      });
      return view(request, params.bulkId);
    },
  );
  app.delete(
    `${base}/:bulkId`,
    {
      config,
      schema: { tags, summary: 'Delete one never sent', params: bulkPath, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        deleteBulk(tx, request.params.bulkId, actorOf(request)),
      );
      return reply.status(204).send(null);
    },
  );
  app.get(
    `${base}/:bulkId/allowance`,
    {
      config,
      schema: {
        tags,
        summary: "What the address may still send within Google's daily limits",
        params: bulkPath,
        response: {
          200: z.object({
            /** Of messages in 24 hours. */
            limit: count,
            sent: count,
            /** In To, Cc and Bcc. */
            recipients: z.object({ limit: count, used: count }),
            /** Those outside the organization. */
            outside: z.object({ limit: count, used: count }),
            /** Messages of this bulk message that may leave now. */
            forBulk: count,
          }),
        },
      },
    },
    ({ instanceId, params }) =>
      database.inInstance(instanceId, async (tx) => {
        const { mailboxId } = await bulkMessage(tx, params.bulkId);
        return allowanceOf(tx, mailboxId, new Date());
      }),
  );
  for (const command of ['start', 'pause', 'resume', 'cancel'] as const) {
    app.post(
      `${base}/:bulkId/${command}`,
      {
        config,
        schema: {
          tags,
          summary: `${command[0]!.toUpperCase()}${command.slice(1)} a bulk message`,
          params: bulkPath,
          response: bulkMessageResponse,
        },
      },
      async (request) => {
        const { instanceId, params } = request;
        await database.inInstance(instanceId, (tx) =>
          changeBulkState(tx, params.bulkId, command, actorOf(request), new Date()),
        );
        return view(request, params.bulkId);
      },
    );
  }
}
