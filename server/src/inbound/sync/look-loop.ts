import { setTimeout as sleep } from 'node:timers/promises';
import type { MailboxRef } from '../../mailboxes/mailbox-ref.ts';
import { areNotificationsReliable } from '../../mailboxes/notification-health.ts';
import { syncChannel } from '../../mailboxes/request-sync.ts';
import { lookLateness, looksInFlight, mailboxLooks } from '../../metrics/metrics.ts';
import { type RecurringWork, recurringItems } from '../../queue/recurring-work.ts';
import { nextPollDelay } from './poll-interval.ts';
import { type SyncDeps, syncTaken } from './sync-mailbox.ts';
import { type FinishedLook, finishLooks, syncLock, type TakenMailbox, takeLooks } from './take-looks.ts';

/** `notifications`: how many had come before it was taken. */
type Taken = { mailbox: TakenMailbox; lost: AbortSignal; notifications: number };

/** How many mailboxes a process looks at at once. Each may hold the bytes of many messages. */
const maxInFlight = 64;
/** What ends within this time (ms) is written together. */
const gatherMs = 20;

/**
 * Looks at mailboxes: at once at those for which a notification came, at the others when they are due. Mailboxes are
 * taken only as there is room, so that more of them than can be looked at wait in the order in which they were due.
 */
export function lookAtMailboxes(deps: SyncDeps, now = () => new Date()): RecurringWork {
  const { locks } = deps;
  const taken = new Map<string, Taken>();
  const finish = gatherFinished(deps);
  let wake = () => {};
  let mayBeMore = false;
  let notifications = 0;
  locks.listen(syncChannel, {
    notified() {
      notifications += 1;
      wake();
    },
  });

  return recurringItems<MailboxRef>({
    name: 'look at mailboxes',
    everyMs: 250,
    maxInFlight,
    onDue: (callback) => {
      wake = callback;
    },
    async take(room) {
      const at = now();
      const before = notifications;
      const looks = await takeLooks(locks, at, room);
      mayBeMore = looks.mayBeMore;
      for (const mailbox of looks.taken) {
        taken.set(mailbox.mailboxId, { mailbox, lost: looks.lost, notifications: before });
        const cause = mailbox.unreadSince ? 'notification' : 'time';
        const since = mailbox.unreadSince ?? mailbox.dueAt;
        lookLateness.observe({ cause }, Math.max(0, at.getTime() - since.getTime()) / 1_000);
      }
      return looks.taken.map(({ instanceId, mailboxId }) => ({ instanceId, mailboxId }));
    },
    release({ mailboxId }) {
      const { lost } = taken.get(mailboxId)!;
      taken.delete(mailboxId);
      void locks.release([syncLock(mailboxId)], lost).catch(() => {});
    },
    async run(ref, signal) {
      const { mailbox, lost, notifications: before } = taken.get(ref.mailboxId)!;
      taken.delete(ref.mailboxId);
      looksInFlight.inc();
      let look: FinishedLook | null = null;
      let result = 'failed';
      try {
        const startedAt = now();
        result = await syncTaken(deps, mailbox, AbortSignal.any([signal, lost]));
        if (result === 'idle') look = finished(mailbox, startedAt, now());
      } finally {
        mailboxLooks.inc({ result });
        looksInFlight.dec();
        if (look) await finish(look, lost);
        else await locks.release([mailbox.lock], lost);
        // News of a mailbox that is looked at wait until the look has ended.
        if (mayBeMore || result === 'read' || notifications > before) wake();
      }
    },
  });
}

/** When a mailbox in which nothing was new is looked at again. */
function finished(mailbox: TakenMailbox, startedAt: Date, now: Date): FinishedLook {
  const { lock, mailboxId, profileCheckAt, lastMessageReceivedAt, connectedAt, notifiedAt } = mailbox;
  const delay = nextPollDelay({
    now: now.getTime(),
    foundMessages: false,
    lastActivityAt: Math.max(connectedAt.getTime(), lastMessageReceivedAt?.getTime() ?? 0),
    notificationsReliable: areNotificationsReliable(mailbox, now),
    notifiedAt: notifiedAt?.getTime() ?? null,
    mailboxes: mailbox.connectedMailboxes,
  });
  const nextSyncAt = new Date(now.getTime() + delay);
  return { lock, mailboxId, startedAt, syncedAt: now, nextSyncAt, profileCheckAt };
}

/** Writes the looks that end at about the same time in one statement. Resolves when a look is written. */
function gatherFinished({ locks }: SyncDeps): (look: FinishedLook, lost: AbortSignal) => Promise<void> {
  const batches = new Map<AbortSignal, { looks: FinishedLook[]; written: Promise<void> }>();
  return (look, lost) => {
    let batch = batches.get(lost);
    if (!batch) {
      const looks: FinishedLook[] = [];
      const written = sleep(gatherMs).then(async () => {
        batches.delete(lost);
        await finishLooks(locks, lost, looks);
      });
      batch = { looks, written };
      batches.set(lost, batch);
    }
    batch.looks.push(look);
    return batch.written;
  };
}
