import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';

export const undoChoices = [0, 5, 10, 20, 30] as const;

export type WritingSettings = {
  /** How long sending can be undone, in seconds. */
  undoSeconds: number;
  /** HTML that is added below what the user writes; empty for none. */
  signature: string;
};

/** The settings of a user in this instance. */
export async function writingSettings(tx: InstanceTransaction, userId: string): Promise<WritingSettings> {
  const row = await tx.sql
    .selectFrom('userSetting')
    .where('userId', '=', userId)
    .select(['undoSeconds', 'signatureHtml'])
    .executeTakeFirst();
  return { undoSeconds: row?.undoSeconds ?? 10, signature: row?.signatureHtml ?? '' };
}

/** Changes the given settings. The signature is sanitized like everything that people write. */
export async function changeWritingSettings(
  tx: InstanceTransaction,
  userId: string,
  change: { undoSeconds?: number | undefined; signature?: string | undefined },
): Promise<WritingSettings> {
  const values = {
    ...(change.undoSeconds !== undefined && { undoSeconds: change.undoSeconds }),
    ...(change.signature !== undefined && { signatureHtml: cleanHtml(change.signature) }),
  };
  if (Object.keys(values).length > 0) {
    await tx.sql
      .insertInto('userSetting')
      .values({ instanceId: tx.instanceId, userId, ...values })
      .onConflict((oc) => oc.columns(['instanceId', 'userId']).doUpdateSet(values))
      .execute();
  }
  return writingSettings(tx, userId);
}
