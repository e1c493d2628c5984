import type { Deployment } from '../database/connect.ts';
import type { Evidence } from '../google/set-up/check.ts';
import { hears } from './notification-health.ts';

/** What addresses of this deployment, in whatever instance, show to work; nothing else of them. */
export async function setUpEvidence(deployment: Deployment, now: Date): Promise<Evidence> {
  const connected = await deployment.sql
    .selectFrom('mailbox')
    .where('deletedAt', 'is', null)
    .where('disconnectedAt', 'is', null)
    .select(['watchExpiresAt', 'heardAt', 'missedAt'])
    .execute();
  const { problem } = await deployment.sql.selectFrom('hearing').select('problem').executeTakeFirstOrThrow();
  const event = await deployment.sql.selectFrom('securityEvent').select('jti').limit(1).executeTakeFirst();
  return {
    connected: connected.length > 0,
    announced: connected.some((mailbox) => hears({ ...mailbox, problem }, now)),
    securityEvent: event !== undefined,
  };
}
