import type { Simulator } from '../simulator.ts';
import {
  addMessage,
  changeLabels,
  deletePermanently,
  findMessage,
  rawOf,
  type StoredMessage,
} from './messages.ts';
import { addressesOf, deliverSent, type SendOutcome, sentLabels, writeOutgoing } from './send.ts';

/** Keeps a message in the mailbox with the label SCHEDULED, as Gmail's _Schedule send_ does. */
export function schedule(
  simulator: Simulator,
  account: string,
  message: { raw: Buffer; threadId?: string | null; inHistory?: boolean },
): SendOutcome {
  const written = writeOutgoing(simulator, account, message);
  if (written.kind !== 'written') return written;
  const { raw, threadId } = written;
  const { inHistory } = message;
  const copy = addMessage(simulator, account, { raw, labels: ['SCHEDULED'], threadId, inHistory });
  return { kind: 'sent', message: copy };
}

/**
 * The time of a scheduled message has come: SCHEDULED becomes SENT. `newId`: by another message in its place,
 * as for a draft; which of the two Gmail does is not known. Undefined if it is not there.
 */
export function sendScheduled(
  simulator: Simulator,
  account: string,
  id: string,
  { newId = false }: { newId?: boolean } = {},
): StoredMessage | undefined {
  const scheduled = findMessage(simulator, account, id);
  if (!scheduled?.labels.includes('SCHEDULED')) return undefined;
  const recipients = ['To', 'Cc', 'Bcc'].flatMap((name) => addressesOf(scheduled.headers, name));
  const labels = sentLabels(simulator, account, recipients);
  const raw = rawOf(simulator, account, id);
  if (newId) deletePermanently(simulator, account, id);
  const sent = newId
    ? addMessage(simulator, account, { raw, labels, threadId: scheduled.threadId })
    : changeLabels(simulator, account, id, { add: labels, remove: ['SCHEDULED'] })!;
  deliverSent(simulator, sent, recipients);
  return sent;
}
