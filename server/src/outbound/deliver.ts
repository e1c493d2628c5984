import type { Database } from '../database/bind.ts';
import type { Locks } from '../database/locks.ts';
import type { GoogleFailure } from '../google/errors.ts';
import { deliveryHeader, sendMessage } from '../google/send.ts';
import { findSent } from '../google/sent-search.ts';
import { composeMime } from '../mail/compose-mime.ts';
import type { GmailAccess } from '../mailboxes/gmail-access.ts';
import { freshSendAs } from '../mailboxes/send-as.ts';
import type { Queue } from '../queue/queue.ts';
import { TemplateFault } from '../templates/fill.ts';
import type { Renderer } from '../templates/renderer.ts';
import { buildMail, gather, type MailToSend } from './build.ts';
import { unsubscribeHeaders } from './bulk-headers.ts';
import { type Claim, claim, nextInConversation } from './claim.ts';
import { confirm } from './confirm.ts';
import { noteFailure } from './failure.ts';

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
  { instanceId, messageId }: { instanceId: string; messageId: string },
  signal: AbortSignal,
): Promise<void> {
  const { database, locks } = needs;
  const message = await database.inInstance(instanceId, (tx) =>
    tx.sql.selectFrom('message').where('id', '=', messageId).select('conversationId').executeTakeFirst(),
  );
  if (!message) return;
  const { conversationId } = message;
  await locks.ifFree(`send ${conversationId}`, async (lockLost) => {
    const stop = AbortSignal.any([signal, lockLost]);
    while (!stop.aborted) {
      const next = await database.inInstance(instanceId, (tx) =>
        nextInConversation(tx, conversationId, new Date()),
      );
      if (!next || !(await attempt(needs, { instanceId, messageId: next }, stop))) return;
    }
  });
}

/** One attempt; answers whether the conversation's next message may follow now. */
async function attempt(
  needs: DeliverNeeds,
  at: { instanceId: string; messageId: string },
  signal: AbortSignal,
): Promise<boolean> {
  const { database } = needs;
  const began = new Date();
  const claimed: Claim | null = await database.inInstance(at.instanceId, (tx) =>
    claim(tx, at.messageId, began),
  );
  if (!claimed) return true;
  const delivery = { ...at, ...claimed };
  const gmail = needs.gmail(delivery, { priority: 'send', signal });

  if (claimed.mayBeSent) {
    const found = await findSent(gmail, {
      delivery: at.messageId,
      since: claimed.writtenAt,
      others: (gmailIds) => copiesOfOthers(database, delivery, gmailIds),
    });
    if (found.kind !== 'ok') {
      // Not asked to send this time, but the earlier attempt stays uncertain.
      const failure = found.kind === 'retry' ? { ...found, uncertain: true } : found;
      return noteFailure(needs, delivery, failure, { began, stillUncertain: true });
    }
    if (found.value) return confirm(needs, gmail, delivery, found.value.id);
  }
  await freshSendAs(database, gmail, delivery, began);
  const built = await build(needs, at).catch((error) => {
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

async function build(
  { database, renderer, url }: DeliverNeeds,
  { instanceId, messageId }: { instanceId: string; messageId: string },
): Promise<MailToSend> {
  const { gathered, unsubscribing } = await database.inInstance(instanceId, async (tx) => ({
    gathered: await gather(tx, messageId),
    unsubscribing: await unsubscribeHeaders(tx, messageId, url),
  }));
  return buildMail(renderer, gathered, { [deliveryHeader]: messageId, ...unsubscribing });
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
