import type { MessageToStore } from '../parse/parse-message.ts';
import type { Context } from './context.ts';
import { batchKey, type CountedAddresses, countedAddresses } from './counted-addresses.ts';
import { isOneOfUs } from './direction.ts';

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
