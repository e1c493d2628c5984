import { sql } from 'kysely';
import { prepared, type Statement } from '../database/prepared-statements.ts';
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

/** The statement that counts the stored messages of the hour before each message; each count stops at its limit. */
export function countInLastHour(
  messages: MessageToStore[],
  { messagesPerHour, formMessagesPerHour }: Context['settings'],
): Statement<CountedRow> {
  const counted = messages.map(countedAddresses);
  return countSent.with({
    gmailIds: messages.map(({ fetched }) => fetched.gmailId),
    writers: counted.map(({ writer }) => writer),
    machines: counted.map(({ machine }) => machine),
    times: messages.map(({ fetched }) => fetched.internalDate),
    ofWriter: messagesPerHour,
    ofMachine: formMessagesPerHour,
  });
}

/** The counts by Gmail id. */
export function toSentInLastHour(rows: CountedRow[]): Map<string, SentInLastHour> {
  return new Map(rows.map(({ gmailId, ...sent }) => [gmailId, sent]));
}

type CountedRow = SentInLastHour & { gmailId: string };
type Counted = {
  gmailIds: string[];
  writers: string[];
  machines: string[];
  times: Date[];
  ofWriter: number;
  ofMachine: number;
};

const countSent = prepared(
  (_, { gmailIds, writers, machines, times, ofWriter, ofMachine }: Counted) => sql<CountedRow>`
    select asked.gmail_id, (
      select count(*)::int from (
        select from message
        where counted_writer = asked.writer and counted_writer <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${ofWriter}
      ) sent
    ) as writer, (
      select count(*)::int from (
        select from message
        where counted_machine = asked.machine and counted_machine <> ''
          and sent_at > asked.at - interval '1 hour' and sent_at <= asked.at
        limit ${ofMachine}
      ) sent
    ) as machine
    from unnest(${gmailIds}::text[], ${writers}::text[], ${machines}::text[], ${times}::timestamptz[])
      as asked (gmail_id, writer, machine, at)`,
);
