import type { Database } from '../../database/instance-transaction.ts';
import type { Locks } from '../../database/session-locks.ts';
import type { GoogleFailure, GoogleResult } from '../../google/errors.ts';
import { findSent } from '../../google/find-sent.ts';
import { findThread } from '../../google/find-thread.ts';
import type { Gmail } from '../../google/gmail.ts';
import { sendMessage } from '../../google/send.ts';
import { composeMime } from '../../mail/compose/compose-mime.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import { isStale, reloadSendAs } from '../../mailboxes/send-as.ts';
import { whileSending } from '../../mailboxes/sends-under-way.ts';
import { storedProblem } from '../../problems.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Renderer } from '../../templates/renderer.ts';
import { TemplateError } from '../../templates/template-errors.ts';
import { inTrace, ofInstance } from '../../tracing/tracing.ts';
import { loadSendData, type SendData } from '../render/load-send-data.ts';
import { renderMail } from '../render/render.ts';
import type { SendDataRows } from '../render/send-data-queries.ts';
import type { NeedsMemory } from './claim.ts';
import type { Claimed } from './claims-together.ts';
import { confirmAccepted, confirmSent, readBack } from './confirm-sent.ts';
import { recordDeliveryFailure } from './delivery-failure.ts';
import type { SendRequest } from './send-scheduler.ts';
import { knownCopies, type SentBeforeStart } from './sent-before-start.ts';
import type { SharedBySends } from './shared-by-sends.ts';

export type DeliverDeps = SharedBySends & {
  database: Database;
  locks: Locks;
  gmail: GmailAccess;
  renderer: Renderer;
  sentBeforeStart: SentBeforeStart;
  /** The public URL of Postroom. */
  url: string;
  enqueue: Queue['enqueue'];
};

/**
 * Sends the deliveries of a message's conversation that are due: claim, render, send, confirm. A message
 * that may have been sent is first searched for in Sent (S8). One process at a time works on a conversation,
 * so that its messages are sent in order. Calling it again is harmless (S4). `onWait`: it waits for memory, until the large
 * files of other messages are sent.
 */
export function deliver(
  deps: DeliverDeps,
  message: DueMessage,
  options: { signal: AbortSignal; onWait?: () => void },
): Promise<void> {
  return inTrace({ name: 'deliver', attributes: ofInstance(message.instanceId) }, () =>
    deliverDue(deps, message, options),
  );
}

type DueMessage = Pick<SendRequest, 'instanceId' | 'messageId' | 'conversationId'> &
  Partial<Pick<SendRequest, 'mailboxId'>>;

/** A message whose files have no more bytes waits for no memory. */
const smallFiles = 1024 * 1024;

async function deliverDue(
  deps: DeliverDeps,
  message: DueMessage,
  { signal, onWait }: Parameters<typeof deliver>[2],
): Promise<void> {
  const { database, locks, memory } = deps;
  const { instanceId, messageId } = message;
  const conversationId =
    message.conversationId ?? (await findConversationId(database, instanceId, messageId));
  if (!conversationId) return;
  await locks.tryLock(`send ${conversationId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    const { mailboxId } = message;
    // The first is mostly the message that is asked for.
    let expected = mailboxId ? { messageId, conversationId, mailboxId } : null;
    let large = 0;
    const { sentBeforeStart } = deps;
    const sendNext = async (): Promise<NeedsMemory | 'finished' | null> => {
      if (stop.aborted) return null;
      const now = new Date();
      const wanted = { conversationId, expected, now, memory: Math.max(large, smallFiles), sentBeforeStart };
      const next = await deps.claim.next(instanceId, wanted);
      if (!next || 'needsMemory' in next) return next;
      return (await attempt(deps, next, { startedAt: now, signal: stop })) ? 'finished' : null;
    };
    for (let next = await sendNext(); next; next = await memory.spend(large, sendNext)) {
      if (next === 'finished') expected = null;
      else onWait?.();
      large = next === 'finished' ? 0 : next.needsMemory;
    }
  });
}

async function findConversationId(
  database: Database,
  instanceId: string,
  messageId: string,
): Promise<string | undefined> {
  const message = await database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('message').where('id', '=', messageId).select('conversationId').executeTakeFirst(),
  );
  return message?.conversationId;
}

/** One attempt. Returns whether the next message of the conversation, if there may be one, may follow now. */
async function attempt(
  deps: DeliverDeps,
  { claim: delivery, rows }: Claimed,
  { startedAt, signal }: { startedAt: Date; signal: AbortSignal },
): Promise<boolean> {
  const { database, renderer } = deps;
  const gmail = deps.gmail(delivery, { priority: 'send', signal });
  const fail = (failure: GoogleFailure, { stillUncertain = false } = {}) =>
    recordDeliveryFailure(deps, delivery, failure, { startedAt, stillUncertain });
  if (delivery.mayBeSent) {
    const found = await (delivery.mayBeSent === 'before-start'
      ? deps.sentBeforeStart.find(gmail, delivery, signal)
      : findSent(gmail, {
          deliveryId: delivery.messageId,
          since: delivery.writtenAt,
          findKnownCopies: (gmailIds) => knownCopies(database, delivery, gmailIds),
        }));
    if (found.kind !== 'ok') {
      // This attempt did not send it, but it is still unknown whether the earlier one did.
      const failure = found.kind === 'retry' ? { ...found, uncertain: true } : found;
      return fail(failure, { stillUncertain: true });
    }
    if (found.value) return confirmSent(deps, gmail, delivery, found.value);
  }
  if (isStale(delivery, startedAt)) await reloadSendAs(database, gmail, delivery);
  const { instanceId } = delivery;
  const dataOf = (read: SendDataRows) => loadSendData(deps, delivery, read);
  const load = async (options: { withUnread: boolean }): Promise<SendData | null> => {
    const read = await deps.claim.again(instanceId, { claimed: delivery, now: startedAt, ...options });
    return read && dataOf(read);
  };
  let sendData = await (rows ? dataOf(rows) : load({ withUnread: true }));
  if (sendData?.unreadParent) {
    const parent = { instanceId, ...sendData.unreadParent };
    await readBack(deps, deps.gmail(parent, { priority: 'send', signal }), parent);
    // Where that was not possible, it replies to an earlier message.
    sendData = await load({ withUnread: false });
  }
  if (!sendData) return true;
  if (sendData.refused) return fail({ kind: 'refused', problem: sendData.refused });
  const mail = await renderMail(renderer, sendData).catch((error) => {
    if (error instanceof TemplateError) return error;
    throw error;
  });
  if (mail instanceof TemplateError) return fail(templateFailure(mail));
  const raw = await composeMime(mail);
  if (signal.aborted) return false;
  const thread = await threadToJoin(gmail, sendData);
  if (thread.kind !== 'ok') return fail(thread);
  return whileSending(delivery.mailboxId, async () => {
    let sent = await sendMessage(gmail, { raw, threadId: thread.value });
    // The thread was deleted in this mailbox: the message starts a new one.
    if (sent.kind === 'not-found') sent = await sendMessage(gmail, { raw, threadId: null });
    if (sent.kind !== 'ok') return fail(sent);
    return sendData.readsBack
      ? confirmSent(deps, gmail, delivery, sent.value.id)
      : confirmAccepted(deps.recordAccepted, delivery, sendData, sent.value);
  });
}

/** The Gmail thread that a message joins; null if it starts a new one. */
async function threadToJoin(
  gmail: Gmail,
  { gmailThreadId, findThreadOf }: SendData,
): Promise<GoogleResult<string | null>> {
  if (gmailThreadId !== null || findThreadOf === null) return { kind: 'ok', value: gmailThreadId };
  const found = await findThread(gmail, findThreadOf);
  if (found.kind === 'retry') return { ...found, uncertain: false };
  // What Gmail refuses here it may still send.
  return found.kind === 'refused' || found.kind === 'not-found' ? { kind: 'ok', value: null } : found;
}

/** The message fails at once: only an admin can repair the template, and the author must see that. */
function templateFailure({ problem }: TemplateError): GoogleFailure {
  return { kind: 'refused', problem: storedProblem('delivery-template-broken', { fault: problem }) };
}
