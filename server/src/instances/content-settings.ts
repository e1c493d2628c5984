import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** What the admins of an instance set about what is stored (M1). */
export type ContentSettings = {
  /** Numbers of payment cards are taken out of messages and notes as they are stored. */
  redactCards: boolean;
};

/** As set, or as it is where nobody has set anything. */
export async function contentSettings(tx: InstanceTransaction): Promise<ContentSettings> {
  const row = await tx.sql.selectFrom('instanceSetting').select('redactCards').executeTakeFirst();
  return row ?? { redactCards: false };
}

/** Changes them, and says so in the audit log. */
export async function changeContentSettings(
  tx: InstanceTransaction,
  after: ContentSettings,
  actor: Actor,
): Promise<ContentSettings> {
  const before = await contentSettings(tx);
  if (before.redactCards === after.redactCards) return after;
  await tx.sql
    .insertInto('instanceSetting')
    .values({ instanceId: tx.instanceId, newConversationAfterDays: null, ...after })
    .onConflict((conflict) => conflict.column('instanceId').doUpdateSet(after))
    .execute();
  await audit(tx, actor, { action: 'content.settings-changed', subject: 'Content', before, after });
  return after;
}
