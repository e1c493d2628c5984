import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/** What the admins of an instance set for receiving (R4, R6). */
export type ReceivingSettings = {
  /** What one address sends beyond it within an hour is kept apart. */
  messagesPerHour: number;
  /** A reply to a conversation done for longer opens a new one; null: it always reopens the old one. */
  newConversationAfterDays: number | null;
};

/** As set, or as it is where nobody has set anything. */
export async function receivingSettings(tx: InstanceTransaction): Promise<ReceivingSettings> {
  const row = await tx.sql
    .selectFrom('instanceSetting')
    .select(['messagesPerHour', 'newConversationAfterDays'])
    .executeTakeFirst();
  return row ?? { messagesPerHour: defaultMessagesPerHour, newConversationAfterDays: null };
}

/** Changes some of them; what is left out stays. */
export async function changeReceivingSettings(
  tx: InstanceTransaction,
  changes: Partial<ReceivingSettings>,
  actor: Actor,
): Promise<ReceivingSettings> {
  const { instanceId } = tx;
  // Locked first, so that what the audit log calls before is what was.
  await tx.sql
    .insertInto('instanceSetting')
    .values({ instanceId, newConversationAfterDays: null })
    .onConflict((conflict) => conflict.column('instanceId').doNothing())
    .execute();
  const before = await tx.sql
    .selectFrom('instanceSetting')
    .select(['messagesPerHour', 'newConversationAfterDays'])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const after = { ...before, ...changes };
  if (JSON.stringify(after) === JSON.stringify(before)) return after;
  await tx.sql.updateTable('instanceSetting').set(after).where('instanceId', '=', instanceId).execute();
  await audit(tx, actor, { action: 'receiving.settings-changed', subject: 'Receiving', before, after });
  return after;
}

/** Until an admin says otherwise (R6). */
export const defaultMessagesPerHour = 20;
