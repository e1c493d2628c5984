import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { SendAsAddress } from '../google/send-as.ts';
import { notifyAdmins } from '../notifications/notify.ts';
import { announceChange } from './announce-change.ts';
import { connectedState } from './connection-state.ts';
import { followRename } from './follow-rename.ts';
import { recordMailboxEvent } from './record-mailbox-event.ts';
import { sendAsColumns } from './send-as.ts';
import type { MailboxSettings } from './settings.ts';

/** The values of a mailbox at the moment its connection is saved. */
export type ConnectedAccount = {
  googleSub: string;
  address: string;
  settings: MailboxSettings;
  sendAs: SendAsAddress[];
  /** Gmail's current historyId, and its time by Google's clock if known. */
  cursor: string;
  now: Date;
};

/**
 * Creates the account's mailbox, or reuses the instance's record of it (C10, C12). A listed one keeps its
 * cursor and start, so that what arrived meanwhile is fetched; a new or deleted one starts now (C8). Throws
 * Postgres's unique violation if another instance has the account.
 */
export async function connectMailbox(
  tx: InstanceTransaction,
  connected: ConnectedAccount,
): Promise<{ id: string; previously: 'new' | 'deleted' | 'listed' }> {
  const { googleSub, address, settings, cursor, now } = connected;
  const sendAs = sendAsColumns(connected.sendAs, now);
  const existing = await tx.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', googleSub)
    .select(['id', 'deletedAt', 'disconnectedAt'])
    .forUpdate()
    .executeTakeFirst();
  const start = { cursor, connectedAt: now };
  if (!existing) {
    const id = uuid();
    const row = { instanceId: tx.instanceId, id, googleSub, address, ...sendAs, ...settings, ...start };
    await tx.sql.insertInto('mailbox').values(row).execute();
    await scheduleCheck(tx, id, new Date(now.getTime() + Math.random() * day));
    announceChange(tx, 'connected', id);
    return { id, previously: 'new' };
  }
  // The account may have been renamed since (follow-rename.ts).
  await followRename(tx, existing.id, address, now);
  await tx.sql
    .updateTable('mailbox')
    .set({
      address,
      ...sendAs,
      ...settings,
      ...(existing.deletedAt && { ...start, twoWay: false, twoWayProblem: null }),
      deletedAt: null,
      ...connectedState,
      nextSyncAt: now,
      watchRenewAt: now,
    })
    .where('id', '=', existing.id)
    .execute();
  // Messages that arrived while it was not synced are checked against Gmail soon.
  await scheduleCheck(tx, existing.id, new Date(now.getTime() + 5 * 60_000));
  announceChange(tx, 'reconnected', existing.id);
  if (existing.disconnectedAt) {
    await recordMailboxEvent(tx, existing.id, 'reconnected', new Date());
    await notifyAdmins(tx, { kind: 'mailbox.connected', data: { mailboxId: existing.id } }, new Date());
  }
  return { id: existing.id, previously: existing.deletedAt ? 'deleted' : 'listed' };
}

const day = 24 * 3_600_000;

/** When the mailbox's completeness check is due (inbound/completeness/completeness-check.ts). */
async function scheduleCheck(tx: InstanceTransaction, mailboxId: string, nextCheckAt: Date): Promise<void> {
  await tx.sql
    .insertInto('mailboxCheck')
    .values({ instanceId: tx.instanceId, mailboxId, state: 'waiting', nextCheckAt })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet({ nextCheckAt }))
    .execute();
}
