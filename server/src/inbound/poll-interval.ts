/** Without notifications a mailbox is polled every second while messages arrive, else every three. */
const activeIntervalMs = 1_000;
const idleIntervalMs = 3_000;
const idleAfterMs = 10 * 60_000;

/** With notifications: once more soon after one (see nextPollDelay), then every minute in case one is lost. */
const recheckDelayMs = 1_200;
const notifiedIntervalMs = 60_000;

/**
 * How many mailboxes without news a deployment looks at in a second, at most: beyond, the intervals of all grow
 * evenly. With notifications a look only finds what one that was lost had told.
 */
const polledPerSecond = 200;
const recheckedPerSecond = 20;
/** How often a mailbox's address and history id are compared with Gmail's (ms), and how many in a second at most. */
const profileIntervalMs = 5 * 60_000;
const profilesPerSecond = 10;

/** Milliseconds between two looks at a mailbox without news, among so many connected mailboxes. */
export function pollIntervals(mailboxes: number): {
  active: number;
  idle: number;
  notified: number;
  profile: number;
} {
  const stretch = Math.max(1, (mailboxes * 1_000) / polledPerSecond / idleIntervalMs);
  return {
    active: activeIntervalMs * stretch,
    idle: idleIntervalMs * stretch,
    notified: Math.max(notifiedIntervalMs, (mailboxes / recheckedPerSecond) * 1_000),
    profile: Math.max(profileIntervalMs, (mailboxes / profilesPerSecond) * 1_000),
  };
}

/** What decides when a mailbox is polled next. Times in milliseconds since the epoch. */
export type PollState = {
  now: number;
  /** Whether this sync stored any message. */
  foundMessages: boolean;
  lastActivityAt: number;
  /** Whether notifications reach us, as far as we know (mailboxes/notification-health.ts). */
  notificationsReliable: boolean;
  notifiedAt: number | null;
  /** How many mailboxes are connected in the deployment. */
  mailboxes: number;
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
  mailboxes,
}: PollState): number {
  const intervals = pollIntervals(mailboxes);
  if (notificationsReliable)
    return foundMessages || (notifiedAt !== null && now - notifiedAt < 1_000)
      ? recheckDelayMs
      : intervals.notified;
  return foundMessages || now - lastActivityAt < idleAfterMs ? intervals.active : intervals.idle;
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
