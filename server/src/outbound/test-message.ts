import { v4 as uuid } from 'uuid';
import type { InstanceTransaction } from '../database/bind.ts';
import { saveDraft } from '../drafts/save.ts';
import { escapeHtml } from '../mail/escape-html.ts';
import type { Queue } from '../queue/queue.ts';
import type { Author } from './compose.ts';
import { sendDraft } from './send-draft.ts';

/**
 * Sends the author a message from a mailbox, the way every message goes: through its template, recorded,
 * sent once, held while it is disconnected. Its conversation is done from the beginning; an answer to
 * it opens it, which proves the way in as well.
 */
export async function sendTestMessage(
  tx: InstanceTransaction,
  { mailbox, author, now }: { mailbox: { id: string; address: string }; author: Author; now: Date },
  enqueue: Queue['enqueue'],
): Promise<{ conversationId: string; messageId: string }> {
  const draftId = uuid();
  await saveDraft(tx, {
    id: draftId,
    userId: author.id,
    version: 0,
    content: {
      kind: 'new',
      conversationId: null,
      mailboxId: mailbox.id,
      subject: `Test message from ${mailbox.address}`,
      html:
        `<p>Hello ${escapeHtml(author.name)},</p><p>this message came from Postroom through ${escapeHtml(mailbox.address)}. ` +
        'What customers get looks like this.</p><p>Answer it, and your answer appears in the inbox of Postroom.</p>',
      to: [author.email],
      cc: [],
      bcc: [],
    },
    now,
  });
  const when = { undoSeconds: 0 };
  return sendDraft(tx, { draftId, version: 1, author, when, done: true, now }, enqueue);
}
