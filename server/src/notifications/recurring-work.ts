import type { FastifyBaseLogger } from 'fastify';
import type { Deployment } from '../database/connect.ts';
import { type RecurringWork, recurringItems } from '../queue/recurring-work.ts';
import {
  claimDueNotifications,
  type NotificationMailDeps,
  sendNotificationMail,
} from './notification-mail.ts';
import { claimDuePushes, deliverPush, type PushDeps } from './push-deliveries.ts';

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

/** Pushes notifications to browsers. */
export function pushWork(deps: PushDeps, log: FastifyBaseLogger): RecurringWork[] {
  return [
    recurringItems({
      name: 'push notifications to browsers',
      everyMs: 2_000,
      maxInFlight: 16,
      take: (room) => claimDuePushes(deps.deployment, new Date(), room),
      run: async (push) => {
        const outcome = await deliverPush(deps, push, new Date());
        if (outcome.kind === 'refused')
          log.warn({ status: outcome.status }, 'a push service refused a notification; it is dropped');
      },
    }),
  ];
}
