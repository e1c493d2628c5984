import { z } from 'zod';
import { people } from '../../../instances/people.ts';
import { senders } from '../../../mailboxes/senders.ts';
import { id, instancePath, sender } from '../../schemas/common.ts';
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
        response: { 200: z.object({ people: z.array(person) }) },
      },
    },
    async ({ instanceId }) => ({ people: await database.inInstance(instanceId, people) }),
  );
  app.get(
    '/api/instances/:instanceId/senders',
    {
      config: { access: 'member' },
      schema: {
        tags: ['people'],
        summary: 'The addresses you can write from, with the From line of each',
        params: instancePath,
        response: { 200: z.object({ senders: z.array(sender) }) },
      },
    },
    async ({ instanceId, user }) => ({
      senders: await database.inInstance(instanceId, (tx) => senders(tx, user)),
    }),
  );
}
