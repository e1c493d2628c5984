import { z } from 'zod';
import { mailboxes } from '../../../mailboxes/mailbox-view.ts';
import {
  causes,
  figureNames,
  healthOfDeployment,
  healthOfInstance,
} from '../../../operations/deployment-health.ts';
import { instancePath, time } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const area = z
  .object({
    area: z.enum(['database', 'work', 'receiving', 'addresses', 'sending', 'google', 'live']),
    state: z.enum(['good', 'attention', 'bad']),
    /** The worst of what is not as it should be; null: all is well. */
    cause: z.enum(causes).nullable(),
    figures: z.array(
      z.object({
        name: z.enum(figureNames),
        unit: z.enum(['count', 'seconds', 'milliseconds', 'ratio']),
        /** Null: there is nothing to measure, or another process knows it. */
        value: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'HealthArea' });

/** How Postroom is, for admins: figures of their organization, and of the deployment without any of others (A7). */
export function healthRoutes(app: HttpServer, { deployment, database, connecting }: Services): void {
  app.get(
    '/api/instances/:instanceId/health',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['instances'],
        summary: 'How Postroom is: the database, background work, receiving, sending and Google',
        description:
          'Addresses, receiving and sending are those of the organization; the others are the figures of the deployment and of the process that answers.',
        params: instancePath,
        response: { 200: z.object({ at: time, areas: z.array(area) }) },
      },
    },
    async ({ instanceId }) => {
      const { own, ids } = await database.inInstance(instanceId, async (tx) => ({
        own: await healthOfInstance(tx),
        ids: (await mailboxes(tx, { limit: 10_000 })).rows.map(({ id }) => id),
      }));
      const quota = connecting?.quota;
      const left = quota ? ids.map((id) => 1 - quota.spent(id) / quota.unitsPerMinute) : [];
      const quotaLeft = left.length > 0 ? Math.min(...left) : null;
      const shared = await healthOfDeployment(deployment, { quotaLeft });
      return { at: new Date(), areas: [...own, ...shared] };
    },
  );
}
