import { setTimeout as sleep } from 'node:timers/promises';
import type { Pause } from '../../backup/pause.ts';
import type { Database } from '../../database/instance-transaction.ts';
import type { GoogleResult } from '../../google/errors.ts';
import { type FindKnownCopies, readSent, uncertainSettleMs } from '../../google/find-sent.ts';
import type { Gmail } from '../../google/gmail.ts';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';

type Waiting = { instanceId: string; mailboxId: string; messageId: string; writtenAt: Date };

/**
 * Finds messages that were sent before this process started, although they wait in its database (S8). That
 * is so where a copy of the database, which was made before they left, was put back.
 */
export type SentBeforeStart = {
  /** Whether Sent must be searched before the message is sent; asks nobody. */
  mustSearch(message: Waiting): boolean;
  /**
   * The Gmail id of the message's copy in Sent; null if it is not there. It waits until Gmail has recorded
   * what it accepted before Postgres started; throws the signal's reason if that aborts before.
   */
  find(gmail: Gmail, message: Waiting, signal: AbortSignal): Promise<GoogleResult<string | null>>;
};

/** What was read in a mailbox's Sent; `since`: all that is newer, null while the first reading goes on. */
type ReadSent = {
  since: Date | null;
  /** Gmail ids by delivery ids. */
  found: Map<string, string>;
  /** The dates of what was read, by Gmail ids. */
  read: Map<string, Date>;
};

/** A jump of the clock (ms) by which a machine is known that was suspended, or is a snapshot put back. */
const clockJumpMs = 10_000;
/** The time by the clock minus the time that this process ran. */
const clockOffset = () => Date.now() - performance.now();

/**
 * Sent is read once for each mailbox and not for each message: what was sent before the start is there, and
 * what this process sends is known. It is read again only for a message that was written before `since`.
 */
export function createSentBeforeStart(
  database: Database,
  start: { processStartedAt: Date; postgresStartedAt: Date },
  pause: Pick<Pause, 'resumedAt'> = { resumedAt: () => null },
): SentBeforeStart {
  let { processStartedAt } = start;
  let offset = clockOffset();
  let settledAt = start.postgresStartedAt.getTime() + uncertainSettleMs;
  const readings = new Map<string, ReadSent>();
  const running = new Map<string, Promise<unknown>>();
  const covers = (reading: ReadSent | undefined, { writtenAt }: Waiting) =>
    reading?.since != null && reading.since <= writtenAt;

  /** A process that goes on in a snapshot has not seen what was sent meanwhile: it is as if it started now. */
  function noticeClockJump(): void {
    const current = clockOffset();
    if (Math.abs(current - offset) < clockJumpMs) return;
    offset = current;
    processStartedAt = new Date();
    readings.clear();
  }

  /** The original may have sent until somebody said that it is off: as if this process started then. */
  function noticeResume(): void {
    const resumedAt = pause.resumedAt();
    if (!resumedAt || resumedAt <= processStartedAt) return;
    processStartedAt = resumedAt;
    settledAt = Math.max(settledAt, resumedAt.getTime() + uncertainSettleMs);
    readings.clear();
  }

  return {
    mustSearch(message) {
      noticeClockJump();
      noticeResume();
      if (message.writtenAt >= processStartedAt) return false;
      const reading = readings.get(message.mailboxId);
      return !covers(reading, message) || reading!.found.has(message.messageId);
    },
    async find(gmail, message, signal) {
      const { mailboxId } = message;
      await sleep(Math.max(0, settledAt - Date.now()), undefined, { signal });
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

/** Messages are not sent exactly in the order written: Sent is read back this much further (ms), and once. */
const marginMs = 10 * 60_000;

/** Reads Sent back to before the message was written. What was read before a failure is kept. */
async function extendReading(
  database: Database,
  gmail: Gmail,
  message: Waiting,
  reading: ReadSent,
): Promise<GoogleResult<void>> {
  const since = new Date(message.writtenAt.getTime() - marginMs);
  const findKnownCopies: FindKnownCopies = async (gmailIds) =>
    new Map([...(await knownCopies(database, message, gmailIds)), ...reading.read]);
  const result = await readSent(gmail, { since, findKnownCopies }, ({ id, deliveryId, internalDate }) => {
    reading.read.set(id, internalDate);
    if (deliveryId) reading.found.set(deliveryId, id);
    return false;
  });
  if (result.kind === 'ok') reading.since = since;
  return result;
}

/** The copies in a mailbox that belong to stored messages, with their dates: none is of one that waits. */
export async function knownCopies(
  database: Database,
  { instanceId, mailboxId }: MailboxRef,
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
