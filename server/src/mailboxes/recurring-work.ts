import type { Queue } from '../queue/queue.ts';
import { type RecurringWork, recurringItems } from '../queue/recurring-work.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { retryConnection, takeDueRetries } from './retry-disconnected.ts';
import { refreshSendAs, takeDueSendAs } from './send-as.ts';

/** Retries disconnected mailboxes whose cause may have passed, and refreshes send-as addresses. */
export function mailboxWork({
  deployment,
  database,
  gmail,
  enqueue,
}: Pick<ConnectionDeps, 'deployment' | 'database' | 'gmail'> & {
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
    recurringItems({
      name: 'refresh send-as addresses',
      everyMs: 5_000,
      maxInFlight: 20,
      take: (room) => takeDueSendAs(deployment, new Date(), room),
      run: (mailbox, signal) => refreshSendAs({ database, gmail }, mailbox, signal),
    }),
  ];
}
