import { assertConversation } from '../../conversations/change-conversation.ts';
import { recordMentions } from '../../conversations/mentions.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { cardNumberFilter } from '../../drafts/card-number-filter.ts';
import { recordEvent } from '../../events/record-event.ts';
import { cleanHtml } from '../../mail/html/clean-html.ts';
import { textFromHtml } from '../../mail/html/text-from-html.ts';
import { snippetOf } from '../../mail/mime/snippet.ts';
import type { Author } from './compose.ts';

/** Stores a note, which is never sent. A repeated id changes nothing. Returns its HTML as stored. */
export async function composeNote(
  tx: InstanceTransaction,
  note: { id: string; conversationId: string; html: string; author: Author; now: Date },
): Promise<string> {
  const { conversationId, author, now } = note;
  await assertConversation(tx, conversationId);
  const filterCardNumbers = await cardNumberFilter(tx);
  const { html } = filterCardNumbers({ subject: '', html: cleanHtml(note.html) });
  const text = textFromHtml(html);
  const inserted = await tx.sql
    .insertInto('message')
    .values({
      instanceId: tx.instanceId,
      id: note.id,
      conversationId,
      mailboxId: null,
      direction: 'note',
      origin: 'postroom',
      authorId: author.id,
      fromName: author.name,
      fromAddress: author.email,
      sentAt: now,
      bodyText: text,
      bodyHtml: html,
      snippet: snippetOf(text),
    })
    .onConflict((conflict) => conflict.columns(['instanceId', 'id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return html;
  await recordMentions(tx, { messageId: note.id, conversationId, text, authorId: author.id, now });
  recordEvent(
    tx,
    { type: 'message.stored', data: { conversationId, messageId: note.id, direction: 'note' } },
    author.id,
  );
  return html;
}
