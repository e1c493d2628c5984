import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';

export const undoChoices = [0, 5, 10, 20, 30] as const;
/** What the page shows after a conversation was set to done. */
export const afterDoneChoices = ['next', 'list', 'stay'] as const;

export type WritingSettings = {
  /** How long sending can be undone, in seconds. */
  undoSeconds: number;
  /** HTML that is added below what the user writes; empty for none. */
  signature: string;
  afterDone: (typeof afterDoneChoices)[number];
  /** Whether a reply assigns a conversation that nobody has to its author. */
  takeUnassigned: boolean;
};

/** The settings of a user in this instance. */
export async function writingSettings(tx: InstanceTransaction, userId: string): Promise<WritingSettings> {
  const row = await tx.sql
    .selectFrom('userSetting')
    .where('userId', '=', userId)
    .select(['undoSeconds', 'signatureHtml', 'afterDone', 'takeUnassigned'])
    .executeTakeFirst();
  return {
    undoSeconds: row?.undoSeconds ?? 10,
    signature: row?.signatureHtml ?? '',
    afterDone: row?.afterDone ?? 'next',
    takeUnassigned: row?.takeUnassigned ?? true,
  };
}

/** Changes the given settings. The signature is sanitized like everything that people write. */
export async function changeWritingSettings(
  tx: InstanceTransaction,
  userId: string,
  { signature, ...others }: { [Name in keyof WritingSettings]?: WritingSettings[Name] | undefined },
): Promise<WritingSettings> {
  const values = {
    ...others,
    ...(signature !== undefined && { signatureHtml: cleanHtml(signature) }),
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
