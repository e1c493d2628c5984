/** Without notifications a mailbox is polled every second while messages arrive, else every three (ms). */
const activeIntervalMs = 1_000;
const idleIntervalMs = 3_000;
/** With notifications every minute, in case one is lost (ms). */
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
  const growth = Math.max(1, (mailboxes * 1_000) / polledPerSecond / idleIntervalMs);
  return {
    active: activeIntervalMs * growth,
    idle: idleIntervalMs * growth,
    notified: Math.max(notifiedIntervalMs, (mailboxes / recheckedPerSecond) * 1_000),
    profile: Math.max(profileIntervalMs, (mailboxes / profilesPerSecond) * 1_000),
  };
}
