import type { Database } from '../database/instance-transaction.ts';
import type { GoogleResult } from '../google/errors.ts';
import { type FindKnownCopies, readSent } from '../google/find-sent.ts';
import type { Gmail } from '../google/gmail.ts';

type Waiting = { instanceId: string; mailboxId: string; messageId: string; writtenAt: Date };

/**
 * Finds messages that were sent before this process started, although they wait in its database (S8). That
 * is so where a copy of the database, which was made before they left, was put back.
 */
export type SentBeforeStart = {
  /** By Postgres's clock, as the times at which messages were written. */
  startedAt: Date;
  /** Whether Sent must be searched before the message is sent; asks nobody. */
  mustSearch(message: Waiting): boolean;
  /** The Gmail id of the message's copy in Sent; null if it is not there. */
  find(gmail: Gmail, message: Waiting): Promise<GoogleResult<string | null>>;
};

/** What was read in a mailbox's Sent; `since`: all that is newer, null while the first reading goes on. */
type Reading = {
  since: Date | null;
  /** Gmail ids by delivery ids. */
  found: Map<string, string>;
  /** The dates of what was read, by Gmail ids. */
  read: Map<string, Date>;
};

/**
 * Sent is read once for each mailbox and not for each message: what was sent before the start is there, and
 * what this process sends is known. It is read again only for a message that was written before `since`.
 */
export function createSentBeforeStart(database: Database, startedAt: Date): SentBeforeStart {
  const readings = new Map<string, Reading>();
  const running = new Map<string, Promise<unknown>>();
  const covers = (reading: Reading | undefined, { writtenAt }: Waiting) =>
    reading?.since != null && reading.since <= writtenAt;

  return {
    startedAt,
    mustSearch(message) {
      if (message.writtenAt >= startedAt) return false;
      const reading = readings.get(message.mailboxId);
      return !covers(reading, message) || reading!.found.has(message.messageId);
    },
    async find(gmail, message) {
      const { mailboxId } = message;
      while (running.has(mailboxId)) await running.get(mailboxId);
      const reading = readings.get(mailboxId) ?? { since: null, found: new Map(), read: new Map() };
      readings.set(mailboxId, reading);
      if (!covers(reading, message)) {
        const work = extendReading(database, gmail, message, reading);
        running.set(
          mailboxId,
          work.catch(() => {}),
        );
        const result = await work.finally(() => running.delete(mailboxId));
        if (result.kind !== 'ok') return result;
      }
      return { kind: 'ok', value: reading.found.get(message.messageId) ?? null };
    },
  };
}

/** Reads Sent back to the time at which the message was written. What was read before a failure is kept. */
async function extendReading(
  database: Database,
  gmail: Gmail,
  message: Waiting,
  reading: Reading,
): Promise<GoogleResult<void>> {
  const findKnownCopies: FindKnownCopies = async (gmailIds) =>
    new Map([...(await knownCopies(database, message, gmailIds)), ...reading.read]);
  const result = await readSent(
    gmail,
    { since: message.writtenAt, findKnownCopies },
    ({ id, deliveryId, internalDate }) => {
      reading.read.set(id, internalDate);
      if (deliveryId) reading.found.set(deliveryId, id);
      return false;
    },
  );
  if (result.kind === 'ok') reading.since = message.writtenAt;
  return result;
}

/** The copies in a mailbox that belong to stored messages, with their dates: none is of one that waits. */
export async function knownCopies(
  database: Database,
  { instanceId, mailboxId }: { instanceId: string; mailboxId: string },
  gmailIds: string[],
): Promise<Map<string, Date>> {
  if (gmailIds.length === 0) return new Map();
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .where('messageId', 'is not', null)
      .select(['gmailId', 'internalDate'])
      .execute(),
  );
  return new Map(rows.map(({ gmailId, internalDate }) => [gmailId, internalDate]));
}
