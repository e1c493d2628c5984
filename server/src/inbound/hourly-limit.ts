import { sql } from 'kysely';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import type { Context } from './context.ts';
import {
  batchKey,
  type CountedAddresses,
  countedAddresses,
  type SentInLastHour,
} from './counted-addresses.ts';
import { isOneOfUs } from './direction.ts';
import type { MessageToStore } from './parse-message.ts';

const hour = 3_600_000;

/**
 * The address of a message that reached its limit before it, counting the messages of the same batch; null if
 * neither did. Our own addresses have no limit, nor has a Google Group of our domain.
 */
export function addressOverLimit(message: MessageToStore, context: Context): string | null {
  const { messagesPerHour, formMessagesPerHour } = context.settings;
  const { writer, machine } = countedAddresses(message);
  const sent = context.sentInLastHour.get(message.fetched.gmailId);
  const receivedAt = message.fetched.internalDate.getTime();
  const isOver = (key: keyof CountedAddresses, address: string, limit: number) => {
    if (address === '' || context.ownAddresses.has(address)) return false;
    if (key === 'machine' && isOneOfUs(address, context)) return false;
    const inBatch = (context.timesInBatch.get(batchKey(key, address)) ?? []).filter(
      (time) => time > receivedAt - hour && time <= receivedAt,
    );
    return (sent?.[key] ?? 0) + inBatch.length >= limit;
  };
  if (isOver('writer', writer, messagesPerHour)) return writer;
  return isOver('machine', machine, formMessagesPerHour) ? machine : null;
}

/** Counts the stored messages of the hour before each message, by Gmail id; each count stops at its limit. */
export async function countInLastHour(
  tx: InstanceTransaction,
  messages: MessageToStore[],
  { messagesPerHour, formMessagesPerHour }: Context['settings'],
): Promise<Map<string, SentInLastHour>> {
  const counted = messages.map(countedAddresses);
  const { rows } = await sql<SentInLastHour & { gmailId: string }>`
    select asked.gmail_id, (
      select count(*)::int from (
        select from message
        where counted_writer = asked.writer and counted_writer <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${messagesPerHour}
      ) sent
    ) as writer, (
      select count(*)::int from (
        select from message
        where counted_machine = asked.machine and counted_machine <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${formMessagesPerHour}
      ) sent
    ) as machine
    from unnest(
      ${messages.map(({ fetched }) => fetched.gmailId)}::text[],
      ${counted.map(({ writer }) => writer)}::text[],
      ${counted.map(({ machine }) => machine)}::text[],
      ${messages.map(({ fetched }) => fetched.internalDate)}::timestamptz[]
    ) as asked (gmail_id, writer, machine, at)`.execute(tx.sql);
  return new Map(rows.map(({ gmailId, ...sent }) => [gmailId, sent]));
}
