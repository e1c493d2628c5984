import { z } from 'zod';
import { markRead, notificationsOf } from '../../notifications/list.ts';
import type { App, Services } from '../services.ts';
import { id, instancePath, time } from '../shapes.ts';

const notification = z
  .object({
    id,
    kind: z.enum(['mailbox.disconnected', 'mailbox.connected', 'mention']),
    /** Of one about a mailbox. */
    mailbox: z.object({ id, address: z.string(), displayName: z.string() }).nullable(),
    /** Of one about a conversation, and who caused it. */
    conversation: z.object({ id, subject: z.string() }).nullable(),
    by: z.string().nullable(),
    reason: z.object({ sentence: z.string(), remedy: z.string() }).nullable(),
    createdAt: time,
    read: z.boolean(),
  })
  .meta({ id: 'Notification' });
const page = z.object({ notifications: z.array(notification), unread: z.number().int() });

/** What the signed-in user is told; nobody sees another's (C11). */
export function notificationRoutes(app: App, { database }: Services): void {
  const tags = ['notifications'];
  app.get(
    '/api/instances/:instanceId/notifications',
    {
      config: { access: 'member' },
      schema: { tags, summary: 'My newest notifications', params: instancePath, response: { 200: page } },
    },
    ({ instanceId, user }) => database.inInstance(instanceId, (tx) => notificationsOf(tx, user.id)),
  );
  app.post(
    '/api/instances/:instanceId/notifications/read',
    {
      config: { access: 'member' },
      schema: {
        tags,
        summary: 'Mark my notifications as read',
        description: 'Those up to and with `through`, the createdAt of the newest one shown.',
        params: instancePath,
        body: z.strictObject({ through: z.iso.datetime() }),
        response: { 200: page },
      },
    },
    ({ instanceId, user, body }) =>
      database.inInstance(instanceId, async (tx) => {
        await markRead(tx, user.id, { through: new Date(body.through), now: new Date() });
        return notificationsOf(tx, user.id);
      }),
  );
}
