import { domainToASCII } from 'node:url';
import { sql } from 'kysely';
import { type Actor, audit } from '../audit/record-audit-entry.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { recordEvent } from '../events/record-event.ts';
import { checkRecipient, normalizeAddress, withoutDots } from '../mail/mime/addresses.ts';
import { createProblem, ProblemError } from '../problems.ts';
import { ownAddresses } from './own-addresses.ts';

/** An address of ours beside mailboxes and send-as addresses (R11); `@domain` is a domain alias. */
export type OtherAddress = { address: string; kind: 'named' | 'former' };

/** An address that received mail reached us by, which may be ours; with the number of those messages. */
export type OfferedAddress = { address: string; messages: number };

/** How many of the newest messages are looked at for addresses to offer, and how many are offered. */
const maxMessages = 10_000;
const maxOffered = 20;
/** How many may be named: the list is loaded whole with each message. */
const maxAddresses = 500;

/** The other addresses of ours, by name, and those that may be, the most frequent first. */
export async function otherAddresses(
  tx: InstanceTransaction,
): Promise<{ addresses: OtherAddress[]; offered: OfferedAddress[] }> {
  const addresses = await tx.sql
    .selectFrom('ownAddress')
    .select(['address', 'kind'])
    .orderBy('address')
    .execute();
  const { rows } = await sql<OfferedAddress>`
    select address, count(*)::int as messages
    from (select delivered_to from message order by id desc limit ${maxMessages}) recent
    cross join unnest(delivered_to) as address
    group by address
    order by messages desc, address
    limit ${2 * maxOffered}`.execute(tx.sql);
  const own = await ownAddresses(tx);
  return { addresses, offered: rows.filter(({ address }) => !own.has(address)).slice(0, maxOffered) };
}

/** Names an address, or a domain alias (`@acme.com`), as ours. Throws a ProblemError if it is invalid or one too many. */
export async function nameOwnAddress(tx: InstanceTransaction, typed: string, actor: Actor): Promise<void> {
  const address = readAddress(typed);
  const { instanceId } = tx;
  const { count } = await tx.sql
    .selectFrom('ownAddress')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (count >= maxAddresses) throw new ProblemError(tooMany);
  const added = await tx.sql
    .insertInto('ownAddress')
    .values({ instanceId, address, kind: 'named' })
    .onConflict((conflict) => conflict.columns(['instanceId', 'address']).doNothing())
    .returning('address')
    .executeTakeFirst();
  if (!added) return;
  await audit(tx, actor, { action: 'receiving.address-added', subject: address });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
}

/** Removes one; nothing happens if it is not there. */
export async function removeOwnAddress(
  tx: InstanceTransaction,
  address: string,
  actor: Actor,
): Promise<void> {
  const removed = await tx.sql
    .deleteFrom('ownAddress')
    .where('address', '=', address)
    .returning('address')
    .executeTakeFirst();
  if (!removed) return;
  await audit(tx, actor, { action: 'receiving.address-removed', subject: address });
  recordEvent(tx, { type: 'instance.changed', data: {} }, actor.id);
}

function readAddress(typed: string): string {
  const text = typed.trim();
  const isDomain = text.startsWith('@');
  const checked = checkRecipient(isDomain ? `any${text}` : text);
  if (checked.kind === 'invalid') throw invalid(typed, checked.reason);
  if (!isDomain) return normalizeAddress(checked.recipient.address);
  const domain = domainToASCII(text.slice(1));
  // Everybody may have an address there.
  if (withoutDots(`any@${domain}`).endsWith('@gmail.com')) throw invalid(typed, 'address-domain');
  return `@${domain}`;
}

function invalid(address: string, code: Parameters<typeof createProblem>[1]): ProblemError {
  return new ProblemError(createProblem(400, 'invalid-address', { address, reason: { code } }));
}

const tooMany = createProblem(409, 'too-many-own-addresses', { limit: maxAddresses });
