import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { prepared } from '../database/prepared-statements.ts';
import { recordEvent } from '../events/record-event.ts';

/** The settings for stored content that admins can change (M1). */
export type ContentSettings = {
  /** Card numbers are removed from messages and notes before they are stored. */
  redactCards: boolean;
};

/** The stored settings, or the defaults. */
export async function contentSettings(tx: InstanceTransaction): Promise<ContentSettings> {
  const [row] = await storedContentSettings(tx, {});
  return row ?? defaultContentSettings;
}

export const defaultContentSettings: ContentSettings = { redactCards: false };
export const storedContentSettings = prepared((db) => db.selectFrom('instanceSetting').select('redactCards'));

/** Changes the settings and records it in the audit log. */
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
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
  return after;
}
