import { z } from 'zod';
import { deleteFilter, listFilters, saveFilter } from '../../../conversations/saved-filters.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const filterPath = instancePath.extend({ filterId: id });
const filter = z
  .object({ id, name: z.string(), query: z.string(), shared: z.boolean(), own: z.boolean() })
  .meta({ id: 'SavedFilter' });

/** Saved searches, for oneself or shared. */
export function savedFilterRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['conversations'];
  app.get(
    '/api/instances/:instanceId/filters',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Your saved filters and the shared ones',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ filters: z.array(filter), next }) },
      },
    },
    async ({ instanceId, user, query }) => {
      const page = await database.inInstance(instanceId, (tx) => listFilters(tx, user.id, query));
      return { filters: page.rows, next: page.next };
    },
  );
  app.put(
    '/api/instances/:instanceId/filters/:filterId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Save a filter, or change one of yours',
        params: filterPath,
        body: z.strictObject({
          name: z.string().trim().min(1).max(60),
          query: z.string().trim().min(1).max(500),
          shared: z.boolean(),
        }),
        response: { 200: filter },
      },
    },
    ({ instanceId, user, role, params, body }) =>
      database.inInstance(instanceId, (tx) =>
        saveFilter(tx, { id: params.filterId, ...body }, { id: user.id, isAdmin: role === 'admin' }),
      ),
  );
  app.delete(
    '/api/instances/:instanceId/filters/:filterId',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Delete a saved filter', params: filterPath, response: { 204: z.null() } },
    },
    async ({ instanceId, user, role, params }, reply) => {
      await database.inInstance(instanceId, (tx) =>
        deleteFilter(tx, params.filterId, { id: user.id, isAdmin: role === 'admin' }),
      );
      return reply.status(204).send(null);
    },
  );
}
