import { AsyncLocalStorage } from 'node:async_hooks';
import type { Queue } from '../../queue/queue.ts';
import type { SendRequest } from './send-scheduler.ts';

/**
 * Enqueues for the requests of a process that also sends: a message that may be sent at once is sent by this process as
 * soon as it is committed. A job would have to be stored, fetched and completed first. If the process is killed before,
 * recover-deliveries.ts finds the message, as it does when a job is lost.
 */
export function sendsHere(enqueue: Queue['enqueue'], send: (message: SendRequest) => void): Queue['enqueue'] {
  // Sending is no part of the request.
  const outsideRequest = AsyncLocalStorage.snapshot();
  return async (tx, name, data, options = {}) => {
    const isForLater = options.startAfter !== undefined || options.lowPriority === true;
    if (name !== 'send' || isForLater || !tx.afterCommit) return enqueue(tx, name, data, options);
    tx.afterCommit.push(() => outsideRequest(send, data as SendRequest));
  };
}
