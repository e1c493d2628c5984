import { z } from 'zod';
import { people } from '../../../instances/people.ts';
import { senders } from '../../../mailboxes/senders.ts';
import { id, instancePath, sender } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const person = z
  .object({ id, name: z.string(), email: z.string(), role: z.enum(['admin', 'agent']) })
  .meta({ id: 'Person' });

/** What every member may see: the people and the addresses to write from. */
export function directoryRoutes(app: HttpServer, { database }: Services): void {
  app.get(
    '/api/instances/:instanceId/people',
    {
      config: { access: 'member' },
      schema: {
        tags: ['people'],
        summary: 'The people of the instance',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ people: z.array(person), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => people(tx, query));
      return { people: page.rows, next: page.next };
    },
  );
  app.get(
    '/api/instances/:instanceId/senders',
    {
      config: { access: 'member' },
      schema: {
        tags: ['people'],
        summary: 'The addresses you can write from, with the From line of each',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ senders: z.array(sender), next }) },
      },
    },
    async ({ instanceId, user, query }) => {
      const page = await database.inInstance(instanceId, (tx) => senders(tx, user, query));
      return { senders: page.rows, next: page.next };
    },
  );
}
