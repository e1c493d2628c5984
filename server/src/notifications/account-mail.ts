import { v4 as uuid } from 'uuid';
import type { Database } from '../database/instance-transaction.ts';
import type { Gmail } from '../google/gmail.ts';
import { sendMessage } from '../google/send.ts';
import { composeMime } from '../mail/compose/compose-mime.ts';
import { escapeHtml } from '../mail/html/escape-html.ts';

export type AccountMailDeps = {
  database: Database;
  /** Opens Gmail for a connected mailbox (mailboxes/gmail-access.ts). */
  gmail: (mailbox: { instanceId: string; mailboxId: string }, options: { priority: 'live' }) => Gmail;
};

/** A short message from Postroom itself, with one link. */
export type AccountMail = {
  to: { name: string; address: string };
  subject: string;
  paragraphs: string[];
  link: string;
  /** Below the link. */
  footer?: string;
};

/** Marks mail from Postroom itself: inbound/ makes no conversation of its copies in connected mailboxes. */
const accountMailHeader = 'X-Postroom-Account-Mail';

/**
 * Sends mail about a person's account, or a notification, through the instance's oldest connected mailbox, if
 * possible one that is not in trouble.
 * Returns the address it was sent from; null if no mailbox is connected or Gmail did not accept the message.
 */
export async function sendAccountMail(
  deps: AccountMailDeps,
  instanceId: string,
  { to, subject, paragraphs: text, link, footer }: AccountMail,
): Promise<string | null> {
  const id = uuid();
  const mailbox = await deps.database.inInstance(instanceId, async (tx) => {
    const found = await tx.sql
      .selectFrom('mailbox')
      .where('deletedAt', 'is', null)
      .where('disconnectedAt', 'is', null)
      .select(['id', 'address', 'displayName'])
      .orderBy('troubleSince', (order) => order.desc().nullsFirst())
      .orderBy('createdAt')
      .executeTakeFirst();
    // Recorded before sending: a sync may read the Sent copy at once.
    if (found) await tx.sql.insertInto('accountMail').values({ instanceId, id }).execute();
    return found ?? null;
  });
  if (!mailbox) return null;
  const paragraphs = (some: string[]) => some.map((one) => `<p>${escapeHtml(one)}</p>`).join('');
  const footers = footer ? [footer] : [];
  const raw = await composeMime({
    from: { name: 'Postroom', address: mailbox.address },
    replyTo: null,
    to: [to],
    cc: [],
    bcc: [],
    subject,
    text: [...text, link, ...footers].join('\n\n'),
    html: `${paragraphs(text)}<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>${paragraphs(footers)}`,
    inReplyTo: null,
    references: [],
    // RFC 3834: keeps vacation responders from answering.
    headers: { [accountMailHeader]: id, 'Auto-Submitted': 'auto-generated' },
    date: new Date(),
  });
  const gmail = deps.gmail({ instanceId, mailboxId: mailbox.id }, { priority: 'live' });
  const sent = await sendMessage(gmail, { raw, threadId: null });
  return sent.kind === 'ok' ? mailbox.address : null;
}
