import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { isUnreadMailbox } from '../mail/mime/sender-claims.ts';
import { reasonsOfAddress } from '../mail/reports/bounce-reasons.ts';
import { assertNotTooMany, maxRecipients } from './bulk-drafts.ts';
import type { ListedRecipient } from './parse-recipient-list.ts';

/** How many customers a search leaves out of a bulk message, by the reason. */
export type LeftOut = Record<'automatic' | 'lists' | 'bounced' | 'complained' | 'unsubscribed', number>;

export const noneLeftOut: LeftOut = { automatic: 0, lists: 0, bounced: 0, complained: 0, unsubscribed: 0 };

/** An address of a customer, with what holds for it, and for the customer (`unsubscribed`, `complained`, `program`). */
type FoundAddress = {
  id: string;
  name: string;
  address: string;
  bounced: boolean;
  unsubscribed: boolean;
  complained: boolean;
  program: 'automatic' | 'lists' | null;
};

/**
 * Customers whose name or address contains the text, all if it is empty, each with the first address that takes mail.
 * Left out are programs and mailing lists, addresses whose mail came back, and who unsubscribed or reported our mail
 * as spam, with any address of theirs.
 */
export async function findCustomers(
  tx: InstanceTransaction,
  searchText: string,
): Promise<{ listed: ListedRecipient[]; leftOut: LeftOut }> {
  const found = await findAddresses(tx, searchText);
  // Most customers have one address; what is left out does not count.
  assertNotTooMany(found.length / 2);
  const leftOut = { ...noneLeftOut };
  const listed: ListedRecipient[] = [];
  for (const addresses of Map.groupBy(found, ({ id }) => id).values()) {
    const usable = addresses.find((one) => reasonToLeaveOut(one) === null);
    if (usable) listed.push(recipientOf(usable));
    else leftOut[reasonToLeaveOut(addresses[0]!)!] += 1;
  }
  return { listed, leftOut };
}

function reasonToLeaveOut({ address, ...one }: FoundAddress): keyof LeftOut | null {
  if (one.unsubscribed) return 'unsubscribed';
  if (one.complained) return 'complained';
  if (one.program) return one.program;
  if (isUnreadMailbox(address)) return 'automatic';
  return one.bounced ? 'bounced' : null;
}

function recipientOf({ name, address }: FoundAddress): ListedRecipient {
  return { address, name: name === address ? '' : name, fields: {} };
}

async function findAddresses(tx: InstanceTransaction, searchText: string): Promise<FoundAddress[]> {
  const { instanceId } = tx;
  const pattern = `%${searchText.replace(/[\\%_]/g, '\\$&')}%`;
  // A message to a customer after which mail of theirs arrived did not come back for good.
  const { rows } = await sql<FoundAddress>`
    with bounced as (
      select recipient as address, max(at) as at from delivery_report
      where instance_id = ${instanceId} and kind = 'failed' and reason = any(${reasonsOfAddress}::text[])
      group by recipient
    ), complained as (
      select distinct recipient as address from delivery_report
      where instance_id = ${instanceId} and kind = 'complaint'
    ), found as (
      select distinct customer.id, customer.name from customer
      join customer_address using (instance_id)
      where instance_id = ${instanceId} and customer_address.customer_id = customer.id
        and (customer.name ilike ${pattern} or customer_address.address ilike ${pattern})
    )
    select found.id, found.name, own.address,
      exists (select from bounced where bounced.address = own.address and not exists (
        select from message where instance_id = ${instanceId} and direction = 'inbound'
          and writer_address = own.address and sent_at > bounced.at)) as bounced,
      bool_or(own.address in (select address from unsubscribed where instance_id = ${instanceId}))
        over (partition by found.id) as unsubscribed,
      bool_or(own.address in (select address from complained)) over (partition by found.id) as complained,
      ${programOf(instanceId)} as program
    from found join customer_address own on own.instance_id = ${instanceId} and own.customer_id = found.id
    where own.address like '%@%'
    order by found.id, own.created_at, own.address
    limit ${2 * maxRecipients + 1}`.execute(tx.sql);
  return rows;
}

/**
 * What the customer is by the mail in their conversations, if no person has written and nobody has answered. What
 * people write through a group of our own is theirs, although it is list mail.
 */
function programOf(instanceId: string) {
  const mail = (condition: ReturnType<typeof sql>) => sql`exists (
    select from conversation
    join message on message.instance_id = ${instanceId} and message.conversation_id = conversation.id
    where conversation.instance_id = ${instanceId} and conversation.customer_id = found.id and ${condition})`;
  const byPerson = sql`direction = 'inbound' and not by_program
    and (kind = 'ordinary' or (kind = 'list' and jsonb_array_length(coalesce(sender -> 'ownGroups', '[]')) > 0))`;
  const answer = sql`direction = 'outbound' and not exists (select from bulk_recipient
    where bulk_recipient.instance_id = ${instanceId} and bulk_recipient.message_id = message.id)`;
  return sql`case
    when not ${mail(sql`direction = 'inbound'`)} or ${mail(byPerson)} or ${mail(answer)} then null
    when ${mail(sql`kind = 'list'`)} then 'lists'
    else 'automatic' end`;
}
