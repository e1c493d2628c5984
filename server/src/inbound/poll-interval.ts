/** Without notifications a mailbox is polled every second while messages arrive, else every three. */
const activeIntervalMs = 1_000;
const idleIntervalMs = 3_000;
const idleAfterMs = 10 * 60_000;

/** With notifications: once more soon after one (see nextPollDelay), then every minute in case one is lost. */
const recheckDelayMs = 1_200;
const notifiedIntervalMs = 60_000;

/** What decides when a mailbox is polled next. Times in milliseconds since the epoch. */
export type PollState = {
  now: number;
  /** Whether this sync stored any message. */
  foundMessages: boolean;
  lastActivityAt: number;
  /** Whether notifications reach us, as far as we know (mailboxes/notification-health.ts). */
  notificationsReliable: boolean;
  notifiedAt: number | null;
};

/**
 * Milliseconds until the next poll. Gmail drops notifications beyond one a second for a mailbox
 * (docs/gmail.md, trap 7), so after each notification the mailbox is polled once more.
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

/** How late a notification may be, and how much clocks may differ (ms). */
const notificationDelayMs = 5_000;

/** Whether a message was found for which a notification should have arrived by now. */
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
