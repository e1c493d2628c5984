import { type RecurringWork, recurringItems } from '../queue/recurring-work.ts';
import {
  claimDeliveries,
  deliverToWebhook,
  enqueueDeliveries,
  findBehind,
  type WebhookDeps,
} from './deliver-webhooks.ts';

/** Turns events into deliveries to webhooks, and delivers them. */
export function webhookWork(deps: WebhookDeps): RecurringWork[] {
  const { deployment, database } = deps;
  return [
    recurringItems({
      name: 'enqueue deliveries to webhooks',
      everyMs: 500,
      maxInFlight: 4,
      take: (room) => findBehind(deployment, room),
      run: (webhook) => enqueueDeliveries(database, webhook),
    }),
    recurringItems({
      name: 'deliver to webhooks',
      everyMs: 500,
      maxInFlight: 50,
      take: (room) => claimDeliveries(deployment, room),
      run: (delivery) => deliverToWebhook(deps, delivery),
    }),
  ] as RecurringWork[];
}
