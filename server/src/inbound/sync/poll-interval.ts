import { pollIntervals } from '../../mailboxes/poll-intervals.ts';

/** For so long after its last message a mailbox without notifications is polled more often (ms). */
const idleAfterMs = 10 * 60_000;
/** A mailbox with notifications is polled once more so soon after one (ms; see nextPollDelay). */
const recheckDelayMs = 1_200;

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
