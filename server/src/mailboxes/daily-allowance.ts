import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { normalizeAddress, splitAddress } from '../mail/mime/addresses.ts';
import { ownAddresses } from './own-addresses.ts';

/**
 * Google's limits of a paid Workspace mailbox in 24 hours; in a trial 500 messages (docs/gmail.md, section 4).
 * `different` recipients count once each, the others once a message. `outside`: not of the organization.
 */
const dailyLimits = {
  messages: 2_000,
  recipients: 10_000,
  outside: 3_000,
  different: 3_000,
  differentOutside: 2_000,
};
/** The part of each that bulk messages leave to the agents. */
const reservedShare = 0.1;
const day = 24 * 3_600_000;

type Counts = Record<keyof typeof dailyLimits, number>;

/** What a mailbox may still send within Google's daily limits, as far as Postroom can know it. */
export type Allowance = {
  /** Of messages. */
  limit: number;
  sent: number;
  recipients: { limit: number; used: number };
  /** Recipients outside the organization. */
  outside: { limit: number; used: number };
  /** Messages of a bulk message: each has one recipient, who may be a new one outside. */
  forBulk: number;
};

/** Counts what was sent from the mailbox in the last 24 hours, by Postroom and in Gmail itself. */
export async function allowanceOf(tx: InstanceTransaction, mailboxId: string, now: Date): Promise<Allowance> {
  const used = await countSent(tx, mailboxId, new Date(now.getTime() - day));
  const left = Object.entries(dailyLimits).map(
    ([what, limit]) => limit - limit * reservedShare - used[what as keyof Counts],
  );
  const { messages: limit, recipients, outside } = dailyLimits;
  return {
    limit,
    sent: used.messages,
    recipients: { limit: recipients, used: used.recipients },
    outside: { limit: outside, used: used.outside },
    forBulk: Math.max(0, Math.min(...left)),
  };
}

async function countSent(tx: InstanceTransaction, mailboxId: string, since: Date): Promise<Counts> {
  const { rows } = await sql<{ address: string | null; times: number }>`
    with sent as (
      select message.recipients from message
        left join delivery
          on delivery.instance_id = message.instance_id and delivery.message_id = message.id
      where message.mailbox_id = ${mailboxId}
        and message.direction = 'outbound'
        and message.sent_at > ${since}
        and (delivery.state is null or delivery.state in ('sent', 'queued', 'sending'))
    )
    select null as address, count(*)::int as times from sent
    union all
    select recipient ->> 'address', count(*)::int
      from sent, jsonb_path_query(recipients, '$.keyvalue() ? (@.key == "to" || @.key == "cc" || @.key == "bcc").value[*]') recipient
      group by 1`.execute(tx.sql);
  const own = await ownAddresses(tx);
  const counts: Counts = { messages: 0, recipients: 0, outside: 0, different: 0, differentOutside: 0 };
  for (const { address, times } of rows) {
    if (address === null) {
      counts.messages += times;
      continue;
    }
    const isOutside = !own.has(address) && !own.domains.has(splitAddress(normalizeAddress(address)).domain);
    counts.recipients += times;
    counts.different += 1;
    counts.outside += isOutside ? times : 0;
    counts.differentOutside += isOutside ? 1 : 0;
  }
  return counts;
}
