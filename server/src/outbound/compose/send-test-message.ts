import { v4 as uuid } from 'uuid';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { saveDraft } from '../../drafts/save-draft.ts';
import { translate } from '../../locales/translate.ts';
import { escapeHtml } from '../../mail/html/escape-html.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Author } from './compose.ts';
import { sendDraft } from './send-draft.ts';

/**
 * Sends the author a message from a mailbox like any other message: rendered, recorded, and held while the
 * mailbox is disconnected. Its conversation is done at once; an answer opens it, which shows that receiving
 * works too.
 */
export async function sendTestMessage(
  tx: InstanceTransaction,
  {
    mailbox,
    author,
    language,
    now,
  }: { mailbox: { id: string; address: string }; author: Author; language: string | null; now: Date },
  enqueue: Queue['enqueue'],
): Promise<{ conversationId: string; messageId: string }> {
  const draftId = uuid();
  const { address } = mailbox;
  const paragraphs = [
    translate(language, 'mail.test.greeting', { name: author.name }),
    translate(language, 'mail.test.text', { address }),
    translate(language, 'mail.test.answer'),
  ];
  await saveDraft(tx, {
    id: draftId,
    userId: author.id,
    version: 0,
    content: {
      kind: 'new',
      conversationId: null,
      mailboxId: mailbox.id,
      subject: translate(language, 'mail.test.subject', { address }),
      html: paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join(''),
      to: [author.email],
      cc: [],
      bcc: [],
    },
    now,
  });
  const sendTime = { undoSeconds: 0 };
  return sendDraft(tx, { draftId, version: 1, author, sendTime, markDone: true, now }, enqueue);
}
