import { z } from 'zod';
import { findCustomers } from '../../conversations/customers.ts';
import { deleteShortcut, listShortcuts, saveShortcut } from '../../drafts/saved-replies.ts';
import { changeWritingSettings, undoChoices, writingSettings } from '../../drafts/writing-settings.ts';
import { actorOf } from '../mailbox-shapes.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath } from '../shapes.ts';

const settings = z
  .object({ undoSeconds: z.number().int(), signature: z.string() })
  .meta({ id: 'WritingSettings' });
const shortcut = z.object({ id, name: z.string(), html: z.string() }).meta({ id: 'Shortcut' });
const ofShortcut = instancePath.extend({ shortcutId: id });

/** What helps in writing: a user's settings, canned answers, who can be written to. */
export function writingRoutes(app: App, { database }: Services): void {
  const tags = ['writing'];
  app.get(
    '/api/instances/:instanceId/writing-settings',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'How you write here', params: instancePath, response: { 200: settings } },
    },
    ({ instanceId, user }) => database.inInstance(instanceId, (tx) => writingSettings(tx, user.id)),
  );
  app.patch(
    '/api/instances/:instanceId/writing-settings',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change your undo time or signature',
        params: instancePath,
        body: z.strictObject({
          undoSeconds: z.literal(undoChoices).optional(),
          signature: z.string().max(20_000).optional(),
        }),
        response: { 200: settings },
      },
    },
    ({ instanceId, user, body }) =>
      database.inInstance(instanceId, (tx) => changeWritingSettings(tx, user.id, body)),
  );
  app.get(
    '/api/instances/:instanceId/shortcuts',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Canned answers',
        params: instancePath,
        response: { 200: z.object({ shortcuts: z.array(shortcut) }) },
      },
    },
    async ({ instanceId }) => ({ shortcuts: await database.inInstance(instanceId, listShortcuts) }),
  );
  app.put(
    '/api/instances/:instanceId/shortcuts/:shortcutId',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Make or change a canned answer',
        params: ofShortcut,
        body: z.strictObject({
          name: z
            .string()
            .max(40)
            .regex(/^[a-z0-9][a-z0-9-]*$/, 'has small letters, digits and hyphens only'),
          html: z.string().min(1).max(100_000),
        }),
        response: { 200: shortcut },
      },
    },
    (request) =>
      database.inInstance(request.instanceId, (tx) =>
        saveShortcut(
          tx,
          { id: request.params.shortcutId, ...request.body },
          { actor: actorOf(request), now: new Date() },
        ),
      ),
  );
  app.delete(
    '/api/instances/:instanceId/shortcuts/:shortcutId',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'Delete a canned answer', params: ofShortcut, response: { 204: z.null() } },
    },
    async (request, reply) => {
      await database.inInstance(request.instanceId, (tx) =>
        deleteShortcut(tx, request.params.shortcutId, actorOf(request)),
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
        summary: 'Customers whose name or address begins so, at most ten',
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
