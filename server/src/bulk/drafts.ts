import { randomBytes } from 'node:crypto';
import { type Actor, audit } from '../audit/record.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { Refused, refusal } from '../errors.ts';
import { record } from '../events/record.ts';
import { cleanHtml } from '../mail/clean-html.ts';
import type { Listed } from './read-list.ts';

/** What a bulk message says, and from where. */
export type BulkContent = { mailboxId: string; subject: string; html: string };

/** Makes a bulk message with the caller's id; repeating it changes nothing. */
export async function createBulk(
  tx: InstanceTransaction,
  id: string,
  content: BulkContent,
  author: Actor,
): Promise<void> {
  await checkMailbox(tx, content.mailboxId);
  await tx.sql
    .insertInto('bulkMessage')
    .values({ instanceId: tx.instanceId, id, authorId: author.id, ...content, html: cleanHtml(content.html) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  changed(tx, id);
}

/** Changes what it says, while nothing has been sent of it. */
export async function changeBulk(tx: InstanceTransaction, id: string, content: BulkContent): Promise<void> {
  await draft(tx, id);
  await checkMailbox(tx, content.mailboxId);
  const values = { ...content, html: cleanHtml(content.html) };
  await tx.sql.updateTable('bulkMessage').set(values).where('id', '=', id).execute();
  changed(tx, id);
}

/** Deletes one that was never sent. */
export async function deleteBulk(tx: InstanceTransaction, id: string, actor: Actor): Promise<void> {
  const { subject } = await draft(tx, id);
  await tx.sql.deleteFrom('bulkMessage').where('id', '=', id).execute();
  await audit(tx, actor, { action: 'bulk.deleted', subject });
  changed(tx, id);
}

/** More than this in one bulk message would take weeks within Google's limits. */
const recipientsAtMost = 50_000;
const insertedAtOnce = 5_000;

/**
 * Adds customers to a bulk message: each address once, those who unsubscribed left out. Answers how
 * many were added, were there already, or are left out.
 */
export async function addRecipients(
  tx: InstanceTransaction,
  id: string,
  listed: Listed[],
): Promise<{ added: number; there: number; unsubscribed: number }> {
  await draft(tx, id);
  const { last, count } = await tx.sql
    .selectFrom('bulkRecipient')
    .where('bulkId', '=', id)
    .select((eb) => [eb.fn.max('position').as('last'), eb.fn.countAll<number>().as('count')])
    .executeTakeFirstOrThrow();
  if (count + listed.length > recipientsAtMost) throw new Refused(tooMany);
  let added = 0;
  let unsubscribed = 0;
  for (let at = 0; at < listed.length; at += insertedAtOnce) {
    const some = listed.slice(at, at + insertedAtOnce);
    const gone = await unsubscribedAmong(
      tx,
      some.map(({ address }) => address),
    );
    unsubscribed += some.filter(({ address }) => gone.has(address)).length;
    const wanted = some.filter(({ address }) => !gone.has(address));
    if (wanted.length === 0) continue;
    const rows = await tx.sql
      .insertInto('bulkRecipient')
      .values(
        wanted.map(({ address, name, fields }, index) => ({
          instanceId: tx.instanceId,
          bulkId: id,
          position: (last ?? 0) + at + index + 1,
          address,
          name,
          fields: JSON.stringify(fields),
          token: randomBytes(24).toString('base64url'),
        })),
      )
      .onConflict((conflict) => conflict.columns(['instanceId', 'bulkId', 'address']).doNothing())
      .returning('position')
      .execute();
    added += rows.length;
  }
  changed(tx, id);
  return { added, there: listed.length - unsubscribed - added, unsubscribed };
}

/** Takes all recipients out again, or one of them. */
export async function removeRecipients(
  tx: InstanceTransaction,
  id: string,
  position: number | null,
): Promise<void> {
  await draft(tx, id);
  let query = tx.sql.deleteFrom('bulkRecipient').where('bulkId', '=', id);
  if (position !== null) query = query.where('position', '=', position);
  await query.execute();
  changed(tx, id);
}

/** Customers whose name or address holds these words; all of them for none. Each with the address known first. */
export async function customersFor(tx: InstanceTransaction, words: string): Promise<Listed[]> {
  const pattern = `%${words.replace(/[\\%_]/g, '\\$&')}%`;
  const rows = await tx.sql
    .selectFrom('customer')
    .innerJoin('customerAddress', (join) =>
      join
        .onRef('customerAddress.instanceId', '=', 'customer.instanceId')
        .onRef('customerAddress.customerId', '=', 'customer.id'),
    )
    .where((eb) =>
      eb.or([eb('customer.name', 'ilike', pattern), eb('customerAddress.address', 'ilike', pattern)]),
    )
    .distinctOn('customer.id')
    .select(['customer.id', 'customer.name', 'customerAddress.address'])
    .orderBy('customer.id')
    .orderBy('customerAddress.createdAt')
    .limit(recipientsAtMost)
    .execute();
  return rows
    .filter(({ address }) => address.includes('@'))
    .map(({ name, address }) => ({ address, name: name === address ? '' : name, fields: {} }));
}

/** Those of the addresses who want no bulk messages. */
export async function unsubscribedAmong(tx: InstanceTransaction, addresses: string[]): Promise<Set<string>> {
  if (addresses.length === 0) return new Set();
  const rows = await tx.sql
    .selectFrom('unsubscribed')
    .where('address', 'in', addresses)
    .select('address')
    .execute();
  return new Set(rows.map(({ address }) => address));
}

/** Tells whoever looks that a bulk message changed. */
export function changed(tx: InstanceTransaction, bulkId: string): void {
  record(tx, { type: 'bulk.changed', data: { bulkId } });
}

/** The bulk message, locked; refused once it has been started. */
async function draft(tx: InstanceTransaction, id: string) {
  const row = await tx.sql
    .selectFrom('bulkMessage')
    .where('id', '=', id)
    .select(['state', 'subject'])
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new Refused(noSuchBulk);
  if (row.state !== 'draft') throw new Refused(alreadyStarted);
  return row;
}

async function checkMailbox(tx: InstanceTransaction, mailboxId: string): Promise<void> {
  const row = await tx.sql
    .selectFrom('mailbox')
    .where('id', '=', mailboxId)
    .where('deletedAt', 'is', null)
    .select('id')
    .executeTakeFirst();
  if (!row) throw new Refused(noSuchSender);
}

export const noSuchBulk = refusal(
  404,
  'no-such-bulk-message',
  'This bulk message does not exist any more.',
  'Go back to the list.',
);
const alreadyStarted = refusal(
  409,
  'bulk-started',
  'This bulk message is being sent or was sent.',
  'Write a new one.',
);
const noSuchSender = refusal(
  404,
  'no-such-mailbox',
  'This address is not connected here any more.',
  'Choose another address in From.',
);
const tooMany = refusal(
  400,
  'too-many-recipients',
  `A bulk message can go to ${recipientsAtMost.toLocaleString('en')} customers.`,
  'Split the list.',
);
