import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringItems, recurringTask } from '../queue/recurring-work.ts';
import { applyGmailPlaces, dueGmailPlaces } from './apply-gmail-places.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { retryConnection, takeDueRetries } from './retry-disconnected.ts';
import { refreshSendAs } from './send-as.ts';
import { takeDueMailboxes } from './take-due-mailboxes.ts';
import { watchFailingMailboxes } from './trouble.ts';

/** Retries disconnected mailboxes whose cause may have passed, notes outages, refreshes send-as addresses, changes labels. */
export function mailboxWork({
  deployment,
  database,
  gmail,
  locks,
  enqueue,
}: Pick<ConnectionDeps, 'deployment' | 'database' | 'gmail' | 'locks'> & {
  enqueue: Queue['enqueue'];
}): RecurringWork[] {
  return [
    recurringItems({
      name: 'retry disconnected mailboxes',
      everyMs: 5_000,
      maxInFlight: 50,
      take: (room) => takeDueRetries(deployment, new Date(), room),
      run: (mailbox, signal) => retryConnection({ database, gmail, enqueue }, mailbox, signal),
    }),
    recurringTask({
      name: 'watch failing mailboxes',
      everyMs: 5_000,
      run: () => watchFailingMailboxes({ deployment, database }, new Date()),
    }),
    recurringItems({
      name: 'refresh send-as addresses',
      everyMs: 5_000,
      maxInFlight: 20,
      take: (room) => takeDueMailboxes(deployment, 'sendAsDueAt', new Date(), room),
      run: (mailbox, signal) => refreshSendAs({ database, gmail }, mailbox, signal),
    }),
    recurringItems({
      name: 'bring labels in Gmail to what is wanted',
      everyMs: 1_000,
      maxInFlight: 20,
      take: (room) => dueGmailPlaces(deployment, new Date(), room),
      run: (mailbox, signal) => applyGmailPlaces({ database, locks, gmail }, mailbox, signal),
    }),
  ];
}
