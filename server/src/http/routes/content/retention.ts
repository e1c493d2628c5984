import { z } from 'zod';
import { changeRetention, previewRetention, readRetention } from '../../../customers/retention.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const days = z.int().min(1).max(36_500);
const retention = z.strictObject({ days: days.nullable() });
const retentionResponse = z.object({ retention: retention.meta({ id: 'Retention' }) });

/** Settings > Content, for admins: how long conversations that are done are kept. */
export function retentionRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['messages'];
  const url = '/api/instances/:instanceId/retention';
  app.get(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'How long conversations are kept after they are done',
        description: 'They are deleted so many days after they were done; null: they stay.',
        params: instancePath,
        response: { 200: retentionResponse },
      },
    },
    async ({ instanceId }) => ({ retention: await database.inInstance(instanceId, readRetention) }),
  );
  app.get(
    `${url}/preview`,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'What a retention of so many days would delete now',
        params: instancePath,
        querystring: z.object({ days: z.coerce.number().pipe(days) }),
        response: {
          200: z
            .object({
              conversations: z.int(),
              messages: z.int(),
              examples: z.array(z.object({ id, subject: z.string(), doneAt: z.date() })),
            })
            .meta({ id: 'RetentionPreview' }),
        },
      },
    },
    async ({ instanceId, query }) =>
      database.inInstance(instanceId, (tx) => previewRetention(tx, query.days, new Date())),
  );
  app.put(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Set how long conversations are kept after they are done',
        description:
          'What is due is deleted within minutes, and cannot be brought back. Gmail is not changed.',
        params: instancePath,
        body: retention,
        response: { 200: retentionResponse },
      },
    },
    async (request) => ({
      retention: await database.inInstance(request.instanceId, (tx) =>
        changeRetention(tx, request.body, actorOf(request)),
      ),
    }),
  );
}
