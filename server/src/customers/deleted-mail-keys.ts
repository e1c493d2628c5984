import { type RawBuilder, sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';

/**
 * What a key is made of. The id of the instance keeps the keys of two instances apart. Whoever has the database can
 * test whether it has a given address, and cannot read one from it.
 */
function keyOf(
  instanceId: string,
  kind: 'address' | 'message',
  value: RawBuilder<string>,
): RawBuilder<Buffer> {
  return sql`sha256(convert_to(${`${instanceId} ${kind} `}::text || ${value}, 'UTF8'))`;
}

/** Remembers by which keys mail of conversations and of customers is recognised that are deleted now. */
export async function rememberDeletedMail(
  tx: InstanceTransaction,
  { conversationIds, addresses }: { conversationIds: string[]; addresses: string[] },
  now: Date,
): Promise<void> {
  await sql`
    insert into deleted_mail_key (instance_id, key, at)
    select ${tx.instanceId}::uuid, key, ${now}::timestamptz from (
      select ${keyOf(tx.instanceId, 'address', sql`address`)} as key from unnest(${addresses}::text[]) address
      union
      select ${keyOf(tx.instanceId, 'message', sql`m.rfc_message_id`)} from message m
      where m.conversation_id = any(${conversationIds}::uuid[]) and m.rfc_message_id is not null
    ) known
    on conflict (instance_id, key) do update set at = excluded.at`.execute(tx.sql);
}

/** A message by its id at Gmail; `people`: normalised addresses, any of which may be that of a deleted customer. */
export type MailOfSomebody = {
  gmailId: string;
  rfcMessageId: string | null;
  people: string[];
  acceptedAt: Date;
};

/** The Gmail ids of those that are mail of customers who were deleted after Gmail accepted it. */
export async function findDeletedMail(tx: InstanceTransaction, mail: MailOfSomebody[]): Promise<Set<string>> {
  const named = mail.flatMap(({ gmailId, rfcMessageId, people, acceptedAt }) => [
    ...people.map((value) => ({ gmailId, acceptedAt, value, isAddress: true })),
    ...(rfcMessageId ? [{ gmailId, acceptedAt, value: rfcMessageId, isAddress: false }] : []),
  ]);
  const { rows } = await sql<{ gmailId: string }>`
    select distinct named.gmail_id as "gmailId"
    from unnest(
      ${named.map(({ gmailId }) => gmailId)}::text[],
      ${named.map(({ acceptedAt }) => acceptedAt)}::timestamptz[],
      ${named.map(({ value }) => value)}::text[],
      ${named.map(({ isAddress }) => isAddress)}::boolean[]
    ) as named (gmail_id, accepted_at, value, is_address)
    join deleted_mail_key deleted on deleted.at >= named.accepted_at and deleted.key = case
      when named.is_address then ${keyOf(tx.instanceId, 'address', sql`named.value`)}
      else ${keyOf(tx.instanceId, 'message', sql`named.value`)} end`.execute(tx.sql);
  return new Set(rows.map(({ gmailId }) => gmailId));
}
