import { z } from 'zod';
import { findCustomers } from '../../../customers/search-customers.ts';
import { deleteSavedReply, listSavedReplies, saveSavedReply } from '../../../drafts/saved-replies.ts';
import {
  afterDoneChoices,
  changeWritingSettings,
  undoChoices,
  writingSettings,
} from '../../../drafts/writing-settings.ts';
import { actorOf } from '../../access.ts';
import { id, instancePath } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const settings = z
  .object({
    undoSeconds: z.number().int(),
    signature: z.string(),
    afterDone: z.enum(afterDoneChoices),
    takeUnassigned: z.boolean(),
  })
  .meta({ id: 'ComposerSettings' });
const savedReply = z.object({ id, name: z.string(), html: z.string() }).meta({ id: 'SavedReply' });
const ofSavedReply = instancePath.extend({ savedReplyId: id });

/** What the composer needs: a user's settings, saved replies, recipient suggestions. */
export function composerRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['writing'];
  app.get(
    '/api/instances/:instanceId/writing-settings',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Your settings for writing',
        params: instancePath,
        response: { 200: settings },
      },
    },
    ({ instanceId, user }) => database.inInstance(instanceId, (tx) => writingSettings(tx, user.id)),
  );
  app.patch(
    '/api/instances/:instanceId/writing-settings',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change your settings for writing',
        params: instancePath,
        body: z.strictObject({
          undoSeconds: z.literal(undoChoices).optional(),
          signature: z.string().max(20_000).optional(),
          afterDone: z.enum(afterDoneChoices).optional(),
          takeUnassigned: z.boolean().optional(),
        }),
        response: { 200: settings },
      },
    },
    ({ instanceId, user, body }) =>
      database.inInstance(instanceId, (tx) => changeWritingSettings(tx, user.id, body)),
  );
  app.get(
    '/api/instances/:instanceId/saved-replies',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Saved replies',
        params: instancePath,
        querystring: z.object(pageQuery()),
        response: { 200: z.object({ savedReplies: z.array(savedReply), next }) },
      },
    },
    async ({ instanceId, query }) => {
      const page = await database.inInstance(instanceId, (tx) => listSavedReplies(tx, query));
      return { savedReplies: page.rows, next: page.next };
    },
  );
  app.put(
    '/api/instances/:instanceId/saved-replies/:savedReplyId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Create or change a saved reply',
        params: ofSavedReply,
        body: z.strictObject({
          name: z
            .string()
            .max(40)
            .regex(/^[a-z0-9][a-z0-9-]*$/, 'has small letters, digits and hyphens only'),
          html: z.string().min(1).max(100_000),
        }),
        response: { 200: savedReply },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, (tx) =>
        saveSavedReply(
          tx,
          { id: request.params.savedReplyId, ...request.body },
          { actor: actorOf(request), now: new Date() },
        ),
      ),
  );
  app.delete(
    '/api/instances/:instanceId/saved-replies/:savedReplyId',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Delete a saved reply', params: ofSavedReply, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        deleteSavedReply(tx, request.params.savedReplyId, actorOf(request)),
      );
      return reply.status(204).send(null);
    },
  );
  app.get(
    '/api/instances/:instanceId/customers',
    {
      config: { access: 'member' },
      schema: {
        tags: ['customers'],
        summary: 'Customers whose name or address begins with a text, at most ten',
        params: instancePath,
        querystring: z.object({ query: z.string().max(200) }),
        response: {
          200: z.object({ customers: z.array(z.object({ id, name: z.string(), address: z.string() })) }),
        },
      },
    },
    async ({ instanceId, query }) => ({
      customers: await database.inInstance(instanceId, (tx) => findCustomers(tx, query.query)),
    }),
  );
}
