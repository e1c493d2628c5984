import type { Database } from '../database/instance-transaction.ts';
import type { Locks } from '../database/session-locks.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { findSent } from '../google/find-sent.ts';
import { sendMessage } from '../google/send.ts';
import { composeMime } from '../mail/compose/compose-mime.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { isStale, reloadSendAs } from '../mailboxes/send-as.ts';
import { storedProblem } from '../problems.ts';
import type { Queue } from '../queue/queue.ts';
import { TemplateError } from '../templates/render-template.ts';
import type { Renderer } from '../templates/renderer.ts';
import { buildMail, loadSendData, type SendData } from './build-message.ts';
import { type Claim, claimNext, startAttempt } from './claim.ts';
import { confirmSent } from './confirm-sent.ts';
import { recordDeliveryFailure } from './delivery-failure.ts';
import type { SendRequest } from './send-scheduler.ts';

export type DeliverDeps = {
  database: Database;
  locks: Locks;
  gmail: GmailAccess;
  renderer: Renderer;
  /** Where people open Postroom. */
  url: string;
  enqueue: Queue['enqueue'];
};

/**
 * The map of one delivery: claim ─► (look in Sent) ─► build ─► send ─► confirm. One process at a time
 * works on a conversation, so its messages leave in the order written. Calling it again is harmless.
 */
export async function deliver(
  deps: DeliverDeps,
  {
    instanceId,
    messageId,
    conversationId: knownConversationId,
  }: Pick<SendRequest, 'instanceId' | 'messageId' | 'conversationId'>,
  signal: AbortSignal,
): Promise<void> {
  const { database, locks } = deps;
  const conversationId = knownConversationId ?? (await findConversationId(database, instanceId, messageId));
  if (!conversationId) return;
  await locks.tryLock(`send ${conversationId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    while (!stop.aborted) {
      const startedAt = new Date();
      const next = await database.inInstance(instanceId, async (tx) => {
        const claim = await claimNext(tx, conversationId, startedAt);
        if (!claim) return null;
        // Gathered in the same transaction where nothing is to be asked of Google first.
        const asksGoogleFirst = claim.mayBeSent || isStale(claim, startedAt);
        const sendData = asksGoogleFirst ? null : await loadSendData(tx, claim.messageId, deps.url);
        await startAttempt(tx, claim, { from: sendData?.envelope.from ?? null, now: startedAt });
        return { claim, gathered: sendData };
      });
      if (!next || !(await attempt(deps, next.claim, next.gathered, { startedAt, signal: stop }))) return;
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

/** What a message is made of, for one that was claimed before it could be read; null where it is sent by now. */
async function loadSendDataAfterClaim(
  { database, url }: DeliverDeps,
  claim: Claim,
  startedAt: Date,
): Promise<SendData | null> {
  return database.inInstance(claim.instanceId, async (tx) => {
    const sendData = await loadSendData(tx, claim.messageId, url);
    return (await startAttempt(tx, claim, { from: sendData.envelope.from, now: startedAt }))
      ? sendData
      : null;
  });
}

/** One attempt; answers whether the conversation's next message may follow now. */
async function attempt(
  deps: DeliverDeps,
  delivery: Claim,
  preloaded: SendData | null,
  { startedAt, signal }: { startedAt: Date; signal: AbortSignal },
): Promise<boolean> {
  const { database, renderer } = deps;
  const gmail = deps.gmail(delivery, { priority: 'send', signal });
  if (delivery.mayBeSent) {
    const found = await findSent(gmail, {
      deliveryId: delivery.messageId,
      since: delivery.writtenAt,
      findOtherCopies: (gmailIds) => findCopiesOfOthers(database, delivery, gmailIds),
    });
    if (found.kind !== 'ok') {
      // Not asked to send this time, but the earlier attempt stays uncertain.
      const failure = found.kind === 'retry' ? { ...found, uncertain: true } : found;
      return recordDeliveryFailure(deps, delivery, failure, { startedAt, stillUncertain: true });
    }
    if (found.value) return confirmSent(deps, gmail, delivery, found.value.id);
  }
  if (isStale(delivery, startedAt)) await reloadSendAs(database, gmail, delivery);
  const sendData = preloaded ?? (await loadSendDataAfterClaim(deps, delivery, startedAt));
  if (!sendData) return true;
  const buildResult = await buildMail(renderer, sendData).catch((error) => {
    if (error instanceof TemplateError) return error;
    throw error;
  });
  if (buildResult instanceof TemplateError) {
    return recordDeliveryFailure(deps, delivery, templateFailure(buildResult), {
      startedAt,
      stillUncertain: false,
    });
  }
  const { mail, gmailThreadId } = buildResult;
  const raw = await composeMime(mail);
  if (signal.aborted) return false;
  let sent = await sendMessage(gmail, { raw, threadId: gmailThreadId });
  // The thread is no longer in this mailbox: the message starts one of its own.
  if (sent.kind === 'not-found') sent = await sendMessage(gmail, { raw, threadId: null });
  if (sent.kind !== 'ok')
    return recordDeliveryFailure(deps, delivery, sent, { startedAt, stillUncertain: false });
  return confirmSent(deps, gmail, delivery, sent.value.id);
}

/** Of Sent copies those that belong to other messages, with their dates. */
async function findCopiesOfOthers(
  database: Database,
  { instanceId, mailboxId, messageId }: { instanceId: string; mailboxId: string; messageId: string },
  gmailIds: string[],
): Promise<Map<string, Date>> {
  if (gmailIds.length === 0) return new Map();
  const rows = await database.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('gmailMessage')
      .where('mailboxId', '=', mailboxId)
      .where('gmailId', 'in', gmailIds)
      .where('messageId', '!=', messageId)
      .select(['gmailId', 'internalDate'])
      .execute(),
  );
  return new Map(rows.map(({ gmailId, internalDate }) => [gmailId, internalDate]));
}

/** Nobody but an admin can mend it, and the message must not wait for that unseen. */
function templateFailure({ problem }: TemplateError): GoogleFailure {
  return { kind: 'refused', problem: storedProblem('delivery-template-broken', { fault: problem }) };
}
