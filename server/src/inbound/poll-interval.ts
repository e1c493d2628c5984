/** A mailbox that nobody tells of is looked at every second while there is news, else every three. */
const activeIntervalMs = 1_000;
const idleIntervalMs = 3_000;
const idleAfterMs = 10 * 60_000;

/** One that is told of: once more after Gmail's second (below), then each minute, should one be lost. */
const recheckDelayMs = 1_200;
const notifiedIntervalMs = 60_000;

/** What decides when a mailbox is next looked at. Times in milliseconds since the epoch. */
export type PollState = {
  now: number;
  /** Whether this look brought anything. */
  foundMessages: boolean;
  lastActivityAt: number;
  /** Whether Google's notifications reach us, as far as can be known (see `hears`). */
  notificationsReliable: boolean;
  notifiedAt: number | null;
};

/**
 * Milliseconds to the next look. Gmail drops what exceeds one notification a second (trap 7): what came
 * just after the last one is found by looking once more.
 */
export function nextPollDelay({
  now,
  foundMessages,
  lastActivityAt,
  notificationsReliable,
  notifiedAt,
}: PollState): number {
  if (notificationsReliable)
    return foundMessages || (notifiedAt !== null && now - notifiedAt < 1_000)
      ? recheckDelayMs
      : notifiedIntervalMs;
  return foundMessages || now - lastActivityAt < idleAfterMs ? activeIntervalMs : idleIntervalMs;
}

/** A notification may be this late (ms); clocks may differ by as much. */
const notificationDelayMs = 5_000;

/** Whether news was found that a notification should have told of by now, and none did. */
export function missedNotification(poll: {
  now: number;
  foundMessages: boolean;
  lastMessageAt: number | null;
  notifiedAt: number | null;
}): boolean {
  const { now, foundMessages, lastMessageAt, notifiedAt } = poll;
  if (!foundMessages || lastMessageAt === null || now - lastMessageAt < notificationDelayMs) return false;
  return notifiedAt === null || notifiedAt < lastMessageAt - notificationDelayMs;
}

/**
 * Milliseconds to wait after the nth failure in a row: what Google asked for, else 2^n seconds with
 * up to one of chance, 64 at most (Gmail API, "Resolve errors": exponential backoff).
 */
export function backoff(failures: number, requestedDelay: number | null, random = Math.random()): number {
  return requestedDelay ?? Math.min(2 ** failures * 1_000 + random * 1_000, 64_000);
}
