import { z } from 'zod';
import type { App, Services } from '../services.ts';
import { id, instancePath } from '../shapes.ts';

/** The templates a mailbox can be given; Blank is built in and has no row. */
export function templateRoutes(app: App, { database }: Services): void {
  app.get(
    '/api/instances/:instanceId/templates',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['templates'],
        summary: 'The templates, by name',
        params: instancePath,
        response: { 200: z.object({ templates: z.array(z.object({ id, name: z.string() })) }) },
      },
    },
    async ({ instanceId }) => ({
      templates: await database.inInstance(instanceId, (tx) =>
        tx.sql.selectFrom('template').select(['id', 'name']).orderBy('name').execute(),
      ),
    }),
  );
}
