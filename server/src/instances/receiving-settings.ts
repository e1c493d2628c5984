import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';

/** The settings for receiving that admins can change (R4, R6). */
export type ReceivingSettings = {
  /** Messages of one person, who would be answered, beyond this number within an hour are stored apart. */
  messagesPerHour: number;
  /** The same for an address that writes for many people, such as a web form's. */
  formMessagesPerHour: number;
  /**
   * A reply to a conversation that was done longer ago opens a new one; null: it always reopens the old one.
   */
  newConversationAfterDays: number | null;
};

/** What applies until an admin changes something; the same as the defaults of the columns. */
export const defaultReceivingSettings: ReceivingSettings = {
  messagesPerHour: 20,
  formMessagesPerHour: 500,
  newConversationAfterDays: null,
};

const settingColumns = ['messagesPerHour', 'formMessagesPerHour', 'newConversationAfterDays'] as const;

/** The stored settings, or the defaults. */
export async function receivingSettings(tx: InstanceTransaction): Promise<ReceivingSettings> {
  const row = await tx.sql.selectFrom('instanceSetting').select(settingColumns).executeTakeFirst();
  return row ?? defaultReceivingSettings;
}

/** Changes the given settings; the others stay. */
export async function changeReceivingSettings(
  tx: InstanceTransaction,
  changes: Partial<ReceivingSettings>,
  actor: Actor,
): Promise<ReceivingSettings> {
  const { instanceId } = tx;
  // Locked first, so that the audit log records the true values before the change.
  await tx.sql
    .insertInto('instanceSetting')
    .values({ instanceId, newConversationAfterDays: null })
    .onConflict((conflict) => conflict.column('instanceId').doNothing())
    .execute();
  const before = await tx.sql
    .selectFrom('instanceSetting')
    .select(settingColumns)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const after = { ...before, ...changes };
  if (JSON.stringify(after) === JSON.stringify(before)) return after;
  await tx.sql.updateTable('instanceSetting').set(after).where('instanceId', '=', instanceId).execute();
  await audit(tx, actor, { action: 'receiving.settings-changed', subject: 'Receiving', before, after });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
  return after;
}
