import { z } from 'zod';
import { changeTag, countTags, createTag, deleteTag } from '../../../conversations/tags.ts';
import { tagColors } from '../../../database/column-types.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath, tag } from '../../schemas/common.ts';
import type { HttpServer, Services } from '../../services.ts';

const tagPath = instancePath.extend({ tagId: id });
const name = z.string().trim().min(1).max(40);
const color = z.enum(tagColors);

/** Everybody uses and creates tags; only admins rename, recolour and delete them. */
export function tagRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['tags'];
  app.get(
    '/api/instances/:instanceId/tags',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'The tags by name, with the number of conversations of each',
        params: instancePath,
        response: { 200: z.object({ tags: z.array(tag.extend({ conversations: z.number().int() })) }) },
      },
    },
    async ({ instanceId }) => ({ tags: await database.inInstance(instanceId, countTags) }),
  );
  app.put(
    '/api/instances/:instanceId/tags/:tagId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Create a tag; returns the existing one of this name',
        params: tagPath,
        body: z.strictObject({ name, color: color.optional() }),
        response: { 200: tag },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, (tx) =>
        createTag(tx, { id: request.params.tagId, ...request.body }, actorOf(request)),
      ),
  );
  app.patch(
    '/api/instances/:instanceId/tags/:tagId',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Rename a tag or change its colour',
        params: tagPath,
        body: z.strictObject({ name: name.optional(), color: color.optional() }),
        response: { 200: tag },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, (tx) =>
        changeTag(tx, request.params.tagId, request.body, actorOf(request)),
      ),
  );
  app.delete(
    '/api/instances/:instanceId/tags/:tagId',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Delete a tag and remove it from every conversation',
        params: tagPath,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        deleteTag(tx, request.params.tagId, actorOf(request)),
      );
      return reply.status(204).send(null);
    },
  );
}
