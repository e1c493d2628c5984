import { noSuchConversation } from '../conversations/change.ts';
import { noteMentions } from '../conversations/mentions.ts';
import type { InstanceTransaction } from '../database/bind.ts';
import { cardsOut } from '../drafts/card-number-filter.ts';
import { Refused } from '../errors.ts';
import { record } from '../events/record.ts';
import { cleanHtml } from '../mail/clean-html.ts';
import { snippetOf } from '../mail/snippet.ts';
import { textFromHtml } from '../mail/text-from-html.ts';
import type { Author } from './compose.ts';

/** Adds a note, which never leaves Postroom. A repeated id changes nothing. */
export async function composeNote(
  tx: InstanceTransaction,
  note: { id: string; conversationId: string; html: string; author: Author; now: Date },
): Promise<void> {
  const { conversationId, author, now } = note;
  const conversation = await tx.sql
    .selectFrom('conversation')
    .where('id', '=', conversationId)
    .select('id')
    .executeTakeFirst();
  if (!conversation) throw new Refused(noSuchConversation);
  const clean = await cardsOut(tx);
  const { html } = clean({ subject: '', html: cleanHtml(note.html) });
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
  if (!inserted) return;
  await noteMentions(tx, { messageId: note.id, conversationId, text, authorId: author.id, now });
  record(
    tx,
    { type: 'message.stored', data: { conversationId, messageId: note.id, direction: 'note' } },
    author.id,
  );
}
