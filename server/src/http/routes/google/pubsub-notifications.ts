import { notificationsPath } from '../../../config.ts';
import { readNotification } from '../../../google/pubsub.ts';
import { verifyPushToken } from '../../../google/push-token.ts';
import { handleNotifications } from '../../../inbound/pubsub/handle-notification.ts';
import type { HttpServer, Services } from '../../services.ts';

/**
 * Receives Gmail's notifications from Pub/Sub. Other callers get 401; what Pub/Sub sends is acknowledged with
 * 204 once the sync is asked for, also if it is malformed: it would be sent again.
 */
export function pubsubNotificationRoutes(app: HttpServer, services: Services): void {
  const { connecting, notifications, deployment, database, pause } = services;
  const push = notifications?.push;
  if (!connecting || !push) return;
  app.post(
    notificationsPath,
    { config: { access: 'anyone', uncounted: true }, schema: { hide: true }, bodyLimit: 64 * 1024 },
    async (request, reply) => {
      if (pause.isPaused()) return reply.status(503).send();
      const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (!token) return reply.status(401).send();
      const verified = await verifyPushToken(connecting.google, token, push, new Date());
      // Google's keys could not be fetched now: Pub/Sub sends it again.
      if (verified.kind !== 'ok') return reply.status(503).send();
      if (!verified.value) return reply.status(401).send();
      const { message } = (request.body ?? {}) as { message?: { data?: unknown } };
      const notification = typeof message?.data === 'string' ? readNotification(message.data) : null;
      if (notification) await handleNotifications({ deployment, database }, [notification]);
      else request.log.warn('a push from Pub/Sub was no notification of Gmail');
      return reply.status(204).send();
    },
  );
}
