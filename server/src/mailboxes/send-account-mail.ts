import { v4 as uuid } from 'uuid';
import { sendMessage } from '../google/send.ts';
import { composeMime } from '../mail/compose/compose-mime.ts';
import { escapeHtml } from '../mail/html/escape-html.ts';
import type { ConnectionDeps } from './connection-deps.ts';

/** A short message of Postroom's own, with one link. */
export type AccountMail = {
  to: { name: string; address: string };
  subject: string;
  paragraphs: string[];
  link: string;
  /** Stands below the link. */
  footer?: string;
};

/** Named in mail of Postroom's own: its copies in connected mailboxes are nobody's conversation. */
const accountMailHeader = 'X-Postroom-Account-Mail';

/**
 * Sends mail about a person's account, or what they chose to be told by mail, through a connected mailbox of the instance; answers from which
 * address, or null where none is connected or Gmail did not take it.
 */
export async function sendAccountMail(
  deps: ConnectionDeps,
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
      .orderBy('createdAt')
      .executeTakeFirst();
    // Before it leaves: the Sent copy may be read the moment Gmail has it.
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
    // RFC 3834: no vacation notice is to answer it.
    headers: { [accountMailHeader]: id, 'Auto-Submitted': 'auto-generated' },
    date: new Date(),
  });
  const gmail = deps.gmail({ instanceId, mailboxId: mailbox.id }, { priority: 'live' });
  const sent = await sendMessage(gmail, { raw, threadId: null });
  return sent.kind === 'ok' ? mailbox.address : null;
}
