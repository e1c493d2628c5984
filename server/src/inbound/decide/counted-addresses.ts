import { normalizeAddress } from '../../mail/mime/addresses.ts';
import type { MessageToStore } from '../parse/parse-message.ts';

/** The addresses under which a message counts for the hourly limits (R6), normalised. */
export type CountedAddresses = {
  /** Who would be answered; empty where nobody can be. */
  writer: string;
  /** The address in From, if it writes for somebody else: a web form, a shop; else empty. */
  machine: string;
};

/** How many messages were sent in the hour before a message under each of its addresses. */
export type SentInLastHour = { [Address in keyof CountedAddresses]: number };

/**
 * The person who would be answered counts, so that a form that many people use is no loop. A Reply-To that is
 * not verified counts too: who invents one for each message reaches the limit of From.
 */
export function countedAddresses({ parsed }: MessageToStore): CountedAddresses {
  const { ignoredReplyTo, answerTo } = parsed.sender;
  const answered = normalizeAddress((ignoredReplyTo[0] ?? answerTo[0])?.address ?? '');
  const from = normalizeAddress(parsed.from.address);
  const writer = answered || parsed.writer.address;
  return { writer, machine: from === writer ? '' : from };
}

/** When the messages of a batch were received, by `batchKey`; milliseconds since the epoch. */
export type TimesInBatch = ReadonlyMap<string, readonly number[]>;

/** The times of a batch with that of one more message, under both its addresses. */
export function withMessageTime(times: TimesInBatch, message: MessageToStore): TimesInBatch {
  const counted = countedAddresses(message);
  const added = new Map(times);
  for (const key of ['writer', 'machine'] as const) {
    const name = batchKey(key, counted[key]);
    added.set(name, [...(times.get(name) ?? []), message.fetched.internalDate.getTime()]);
  }
  return added;
}

/** The key of an address in `timesInBatch`. */
export function batchKey(key: keyof CountedAddresses, address: string): string {
  return `${key} ${address}`;
}
