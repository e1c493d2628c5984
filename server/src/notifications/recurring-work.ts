import type { FastifyBaseLogger } from 'fastify';
import type { Deployment } from '../database/connect.ts';
import { type RecurringWork, recurringItems } from '../queue/recurring-work.ts';
import {
  claimDueNotifications,
  type NotificationMailDeps,
  sendNotificationMail,
} from './notification-mail.ts';

/** Sends notifications that nobody has read by mail. */
export function notificationMailWork(
  deps: NotificationMailDeps & { deployment: Deployment },
  log: FastifyBaseLogger,
): RecurringWork[] {
  return [
    recurringItems({
      name: 'send notifications by mail',
      everyMs: 5_000,
      maxInFlight: 8,
      take: (room) => claimDueNotifications(deps.deployment, new Date(), room),
      run: async (notification) => {
        const outcome = await sendNotificationMail(deps, notification, new Date());
        if (outcome === 'dropped')
          log.warn(notification, 'no mailbox could send a notification; it is dropped');
      },
    }),
  ];
}
