import type { Database } from '../../database/instance-transaction.ts';
import { sendMessage } from '../../google/send.ts';
import { composeMime } from '../../mail/compose/compose-mime.ts';
import { templateTestHeader } from '../../mail/mime/postroom-headers.ts';
import { noSuchMailbox } from '../../mailboxes/connection-problems.ts';
import { markDisconnected } from '../../mailboxes/connection-state.ts';
import type { GmailAccess } from '../../mailboxes/gmail-access.ts';
import { createProblem, type Problem, storedProblem } from '../../problems.ts';
import { type Author, previewMail } from '../../templates/preview-mail.ts';
import type { Renderer } from '../../templates/renderer.ts';
import { TemplateError } from '../../templates/template-errors.ts';

/** Longer than Gmail takes to send a message, in milliseconds; the admin waits for the result. */
const timeoutMs = 30_000;

/**
 * Sends the author a message as a customer would get it with a template. It is sent at once or not at all.
 * It creates no conversation: receiving knows its copy in Sent by the header X-Postroom-Test. Returns why it
 * was not sent; null if it was.
 */
export async function sendTemplateTest(
  { database, renderer, gmail }: { database: Database; renderer: Renderer; gmail: GmailAccess },
  request: {
    instanceId: string;
    mailboxId: string;
    conversationId: string | null;
    sampleHtml: string;
    template: string | null;
    author: Author;
  },
): Promise<Problem | null> {
  const { instanceId, mailboxId, template, author } = request;
  const loaded = await database.inInstance(instanceId, async (tx) => {
    const mailbox = await tx.sql
      .selectFrom('mailbox')
      .where('id', '=', mailboxId)
      .where('deletedAt', 'is', null)
      .select(['address', 'disconnectedAt'])
      .executeTakeFirst();
    return mailbox && { mailbox, mail: await previewMail(tx, request) };
  });
  if (!loaded) return noSuchMailbox;
  const { mailbox, mail } = loaded;
  if (mailbox.disconnectedAt) return notConnected(mailbox.address);
  const renderResult = await renderer.render(template, mail.data).catch((error) => {
    if (error instanceof TemplateError) return error;
    throw error;
  });
  if (renderResult instanceof TemplateError) {
    return createProblem(400, 'template-broken', { fault: renderResult.problem });
  }
  const raw = await composeMime({
    from: mail.from!,
    replyTo: mail.replyTo,
    to: [{ name: author.name, address: author.email }],
    cc: [],
    bcc: [],
    subject: mail.subject,
    ...renderResult,
    inReplyTo: null,
    references: [],
    headers: { [templateTestHeader]: 'template' },
    attachments: mail.pictures,
    date: new Date(),
  });
  const startedAt = new Date();
  const client = gmail(request, { priority: 'send', signal: AbortSignal.timeout(timeoutMs) });
  const sent = await sendMessage(client, { raw, threadId: null });
  switch (sent.kind) {
    case 'ok':
      return null;
    case 'disconnected':
      await database.inInstance(instanceId, (tx) =>
        markDisconnected(tx, mailboxId, { code: sent.code, startedAt, now: new Date() }),
      );
      return notConnected(mailbox.address);
    case 'refused':
      return { status: 502, ...sent.problem };
    case 'sending-limit':
      return createProblem(503, 'test-not-sent', {
        reason: storedProblem('sending-limit', { address: mailbox.address }),
      });
    default:
      return createProblem(503, 'test-google-busy');
  }
}

function notConnected(address: string): Problem {
  return createProblem(409, 'test-mailbox-disconnected', { address });
}
