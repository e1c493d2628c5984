import type { Deployment } from '../database/connect.ts';
import type { Evidence } from '../google/set-up/check.ts';
import { areNotificationsReliable } from './notification-health.ts';

/** What the mailboxes of all instances prove to work at Google; nothing else about them is read. */
export async function setUpEvidence(deployment: Deployment, now: Date): Promise<Evidence> {
  const connected = await deployment.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .select(['watchExpiresAt', 'notifiedAt', 'notificationMissedAt'])
    .execute();
  const { problem } = await deployment.sql
    .selectFrom('notificationHealth')
    .select('problem')
    .executeTakeFirstOrThrow();
  const event = await deployment.sql.selectFrom('securityEvent').select('jti').limit(1).executeTakeFirst();
  return {
    connected: connected.length > 0,
    notified: connected.some((mailbox) => areNotificationsReliable({ ...mailbox, problem }, now)),
    securityEvent: event !== undefined,
  };
}
