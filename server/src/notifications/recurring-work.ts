import type { FastifyBaseLogger } from 'fastify';
import type { ConnectionDeps } from '../mailboxes/connection-deps.ts';
import { type RecurringWork, recurringItems } from '../queue/recurring-work.ts';
import { claimDueNotifications, sendNotificationMail } from './notification-mail.ts';

/** Sends notifications that nobody has read by mail. */
export function notificationMailWork(deps: ConnectionDeps, log: FastifyBaseLogger): RecurringWork[] {
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
