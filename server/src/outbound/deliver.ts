import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { findSent } from '../google/find-sent.ts';
import { sendMessage } from '../google/send.ts';
import { composeMime } from '../mail/compose-mime.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { isStale, readAgain } from '../mailboxes/send-as.ts';
import type { Queue } from '../queue/queue.ts';
import { TemplateFault } from '../templates/render-template.ts';
import type { Renderer } from '../templates/renderer.ts';
import { buildMail, type Gathered, gather } from './build-message.ts';
import { begin, type Claim, claimNext } from './claim.ts';
import { confirm } from './confirm-sent.ts';
import { noteFailure } from './delivery-failure.ts';
import type { ToSend } from './send-scheduler.ts';

export type DeliverNeeds = {
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
  needs: DeliverNeeds,
  {
    instanceId,
    messageId,
    conversationId: known,
  }: Pick<ToSend, 'instanceId' | 'messageId' | 'conversationId'>,
  signal: AbortSignal,
): Promise<void> {
  const { database, locks } = needs;
  const conversationId = known ?? (await conversationOf(database, instanceId, messageId));
  if (!conversationId) return;
  await locks.ifFree(`send ${conversationId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    while (!stop.aborted) {
      const began = new Date();
      const next = await database.inInstance(instanceId, async (tx) => {
        const claim = await claimNext(tx, conversationId, began);
        if (!claim) return null;
        // Gathered in the same transaction where nothing is to be asked of Google first.
        const asks = claim.mayBeSent || isStale(claim, began);
        const gathered = asks ? null : await gather(tx, claim.messageId, needs.url);
        await begin(tx, claim, { from: gathered?.envelope.from ?? null, now: began });
        return { claim, gathered };
      });
      if (!next || !(await attempt(needs, next.claim, next.gathered, { began, signal: stop }))) return;
    }
  });
}

async function conversationOf(
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
async function gatherLate(
  { database, url }: DeliverNeeds,
  claim: Claim,
  began: Date,
): Promise<Gathered | null> {
  return database.inInstance(claim.instanceId, async (tx) => {
    const gathered = await gather(tx, claim.messageId, url);
    return (await begin(tx, claim, { from: gathered.envelope.from, now: began })) ? gathered : null;
  });
}

/** One attempt; answers whether the conversation's next message may follow now. */
async function attempt(
  needs: DeliverNeeds,
  delivery: Claim,
  ready: Gathered | null,
  { began, signal }: { began: Date; signal: AbortSignal },
): Promise<boolean> {
  const { database, renderer } = needs;
  const gmail = needs.gmail(delivery, { priority: 'send', signal });
  if (delivery.mayBeSent) {
    const found = await findSent(gmail, {
      delivery: delivery.messageId,
      since: delivery.writtenAt,
      others: (gmailIds) => copiesOfOthers(database, delivery, gmailIds),
    });
    if (found.kind !== 'ok') {
      // Not asked to send this time, but the earlier attempt stays uncertain.
      const failure = found.kind === 'retry' ? { ...found, uncertain: true } : found;
      return noteFailure(needs, delivery, failure, { began, stillUncertain: true });
    }
    if (found.value) return confirm(needs, gmail, delivery, found.value.id);
  }
  if (isStale(delivery, began)) await readAgain(database, gmail, delivery);
  const gathered = ready ?? (await gatherLate(needs, delivery, began));
  if (!gathered) return true;
  const built = await buildMail(renderer, gathered).catch((error) => {
    if (error instanceof TemplateFault) return error;
    throw error;
  });
  if (built instanceof TemplateFault) {
    return noteFailure(needs, delivery, brokenTemplate(built), { began, stillUncertain: false });
  }
  const { mail, gmailThreadId } = built;
  const raw = await composeMime(mail);
  if (signal.aborted) return false;
  let sent = await sendMessage(gmail, { raw, threadId: gmailThreadId });
  // The thread is no longer in this mailbox: the message starts one of its own.
  if (sent.kind === 'not-found') sent = await sendMessage(gmail, { raw, threadId: null });
  if (sent.kind !== 'ok') return noteFailure(needs, delivery, sent, { began, stillUncertain: false });
  return confirm(needs, gmail, delivery, sent.value.id);
}

/** Of Sent copies those that belong to other messages, with their dates. */
async function copiesOfOthers(
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
function brokenTemplate({ message }: TemplateFault): GoogleFailure {
  return {
    kind: 'refused',
    code: 'template-broken',
    sentence: "The address's template cannot be filled, so the message was not sent.",
    remedy: `${message} Have an admin mend the template or choose another one, then try again.`,
  };
}
