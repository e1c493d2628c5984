import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { markRead, notificationsOf } from '../../../notifications/list-notifications.ts';
import {
  notificationChannels,
  preferencesOf,
  updatePreferences,
} from '../../../notifications/preferences.ts';
import { problemSchema, problemView } from '../../problem-documents.ts';
import { id, instancePath, requestTime, time } from '../../schemas/common.ts';
import { next, pageQuery } from '../../schemas/paging.ts';
import type { HttpServer, Services } from '../../services.ts';

const notification = z
  .object({
    id,
    kind: z.enum([
      'mailbox.disconnected',
      'mailbox.connected',
      'mailbox.trouble',
      'mention',
      'message.assigned',
      'message.unassigned',
      'webhook.disabled',
    ]),
    /** For one about a mailbox. */
    mailbox: z.object({ id, address: z.string(), displayName: z.string() }).nullable(),
    /** For one about a conversation, with the person who caused it. */
    conversation: z.object({ id, subject: z.string() }).nullable(),
    by: z.string().nullable(),
    /** For one about a webhook. */
    webhook: z.object({ id, url: z.string() }).nullable(),
    /** Why an address is disconnected, or what Google says while it is in trouble. */
    problem: problemSchema.nullable(),
    createdAt: time,
    read: z.boolean(),
  })
  .meta({ id: 'Notification' });
const page = z.object({ notifications: z.array(notification), unread: z.number().int(), next });
/** How many notifications a page has. */
const newest = 30;

const channel = z.enum(notificationChannels);
const preferences = z.strictObject({
  assigned: channel,
  unassigned: channel,
  mention: channel,
  mailbox: channel,
});
const preferencesResponse = z.object({ preferences: preferences.meta({ id: 'NotificationPreferences' }) });

/** The notifications of the signed-in user; nobody sees another's (C11). */
export function notificationRoutes(app: HttpServer, { database }: Services): void {
  const tags = ['notifications'];
  const pageResponse = (request: FastifyRequest, found: Awaited<ReturnType<typeof notificationsOf>>) => ({
    ...found,
    notifications: found.notifications.map((one) => ({ ...one, problem: problemView(request, one.problem) })),
  });
  app.get(
    '/api/instances/:instanceId/notifications',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'My notifications, newest first',
        params: instancePath,
        querystring: z.object(pageQuery({ usual: newest })),
        response: { 200: page },
      },
    },
    async (request) => {
      const { instanceId, user, query } = request;
      return pageResponse(
        request,
        await database.inInstance(instanceId, (tx) => notificationsOf(tx, user.id, query)),
      );
    },
  );
  app.post(
    '/api/instances/:instanceId/notifications/read',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Mark my notifications as read',
        description: 'Those up to and including `through`, the createdAt of the newest one shown.',
        params: instancePath,
        body: z.strictObject({ through: requestTime }),
        response: { 200: page },
      },
    },
    async (request) => {
      const { instanceId, user, body } = request;
      const found = await database.inInstance(instanceId, async (tx) => {
        await markRead(tx, user.id, { through: body.through, now: new Date() });
        return notificationsOf(tx, user.id, { limit: newest });
      });
      return pageResponse(request, found);
    },
  );
  const url = '/api/instances/:instanceId/notifications/preferences';
  app.get(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'My notification preferences',
        description:
          'For messages in conversations assigned to me, new unassigned conversations, mentions, and (admins) mailboxes. `none`: no notification; `app`: in Postroom and by the browser; `email`: by mail as well. Automatic mail causes no notification.',
        params: instancePath,
        response: { 200: preferencesResponse },
      },
    },
    async ({ instanceId, user }) => ({
      preferences: await database.inInstance(instanceId, (tx) => preferencesOf(tx, user.id)),
    }),
  );
  app.patch(
    url,
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Change my notification preferences',
        params: instancePath,
        body: preferences.partial(),
        response: { 200: preferencesResponse },
      },
    },
    async ({ instanceId, user, body }) => ({
      preferences: await database.inInstance(instanceId, (tx) => updatePreferences(tx, user.id, body)),
    }),
  );
}
