import { v7 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import type { SendAsAddress } from '../google/send-as.ts';
import { notifyAdmins } from '../notifications/notify.ts';
import { connectedNow } from './connection-state.ts';
import { noteMailboxEvent } from './record-mailbox-event.ts';
import { readSendAs } from './send-as.ts';
import type { MailboxSettings } from './settings.ts';

/** What a mailbox is at the moment its connection is saved. */
export type Connected = {
  googleSub: string;
  address: string;
  settings: MailboxSettings;
  sendAs: SendAsAddress[];
  /** Where the mailbox stands at Gmail now, and when that was, by Google's clock where known. */
  cursor: string;
  now: Date;
};

/**
 * Makes the account's mailbox, or takes up the record it has in this instance (C10, C12). A listed
 * one keeps its cursor and its beginning, so that what arrived meanwhile is fetched; a new or deleted
 * one begins now (C8). Throws Postgres's unique violation where another instance has the account.
 */
export async function takeUpMailbox(
  tx: InstanceTransaction,
  connected: Connected,
): Promise<{ id: string; was: 'new' | 'deleted' | 'listed' }> {
  const { googleSub, address, settings, cursor, now } = connected;
  const sendAs = readSendAs(connected.sendAs, settings.dynamicAliasName, now);
  const known = await tx.sql
    .selectFrom('mailbox')
    .where('googleSub', '=', googleSub)
    .select(['id', 'deletedAt', 'disconnectedAt'])
    .forUpdate()
    .executeTakeFirst();
  const beginning = { cursor, connectedAt: now };
  if (!known) {
    const id = uuid();
    const row = { instanceId: tx.instanceId, id, googleSub, address, ...sendAs, ...settings, ...beginning };
    await tx.sql.insertInto('mailbox').values(row).execute();
    await checkAfter(tx, id, new Date(now.getTime() + Math.random() * day));
    return { id, was: 'new' };
  }
  await tx.sql
    .updateTable('mailbox')
    .set({
      address,
      ...sendAs,
      ...settings,
      ...(known.deletedAt && beginning),
      deletedAt: null,
      ...connectedNow,
      nextSyncAt: now,
      watchRenewAt: now,
    })
    .where('id', '=', known.id)
    .execute();
  // What came while nothing was read is held against Gmail soon.
  await checkAfter(tx, known.id, new Date(now.getTime() + 5 * 60_000));
  if (known.disconnectedAt) {
    await noteMailboxEvent(tx, known.id, 'reconnected', new Date());
    await notifyAdmins(tx, { kind: 'mailbox.connected', data: { mailboxId: known.id } }, new Date());
  }
  return { id: known.id, was: known.deletedAt ? 'deleted' : 'listed' };
}

const day = 24 * 3_600_000;

/** When the completeness check of a mailbox is due (inbound/check.ts). */
async function checkAfter(tx: InstanceTransaction, mailboxId: string, nextCheckAt: Date): Promise<void> {
  await tx.sql
    .insertInto('mailboxCheck')
    .values({ instanceId: tx.instanceId, mailboxId, state: 'waiting', nextCheckAt })
    .onConflict((conflict) => conflict.columns(['instanceId', 'mailboxId']).doUpdateSet({ nextCheckAt }))
    .execute();
}
