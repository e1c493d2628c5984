import type { InstanceTransaction } from '../database/bind.ts';

/** An earlier email of the conversation, as quoted below a reply. */
export type Earlier = { name: string; address: string; sentAt: Date; text: string; html: string | null };

/** Gmail folds what stands in this class; Outlook and Apple Mail fold a cited blockquote. */
const quoteStart = '<div class="gmail_quote gmail_quote_container">';
/** Gmail clips a message over 102 kB; what is quoted stays well below. */
const quotedAtMost = 80_000;

/** The emails of a conversation before `sentAt`, newest first; never notes (S3), nor what programs report. */
export async function earlierEmails(
  tx: InstanceTransaction,
  conversationId: string,
  before: { sentAt: Date; id: string },
): Promise<Earlier[]> {
  const rows = await tx.sql
    .selectFrom('message')
    .where('conversationId', '=', conversationId)
    .where('direction', '!=', 'note')
    .where('kind', 'in', ['ordinary', 'list'])
    .where('id', '!=', before.id)
    .where('sentAt', '<=', before.sentAt)
    .select(['fromName', 'fromAddress', 'sentAt', 'bodyText', 'bodyHtml'])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    name: row.fromName,
    address: row.fromAddress,
    sentAt: row.sentAt,
    text: row.bodyText,
    html: row.bodyHtml,
  }));
}

/**
 * Adds the earlier emails below a reply, newest first, each attributed. What goes over the bound is
 * left out oldest first, with a line that says so.
 */
export function withHistory(
  body: { html: string; text: string },
  earlier: Earlier[],
): { html: string; text: string } {
  const html: string[] = [];
  const text: string[] = [];
  let size = 0;
  for (const email of earlier) {
    const quoted = email.text;
    size += quoted.length;
    if (size > quotedAtMost) {
      html.push('<div>Older messages are left out.</div>');
      text.push('Older messages are left out.');
      break;
    }
    const line = attribution(email);
    html.push(
      `<div dir="ltr" class="gmail_attr">${escapeHtml(line)}<br></div>` +
        `<blockquote class="gmail_quote" type="cite" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex">${asHtml(quoted)}</blockquote>`,
    );
    text.push(`${line}\n${quoted.replace(/^/gm, '> ')}`);
  }
  if (html.length === 0) return body;
  return {
    html: `${body.html}<br>${quoteStart}${html.join('<br>')}</div>`,
    text: `${body.text}\n\n${text.join('\n\n')}`,
  };
}

function attribution({ name, address, sentAt }: Earlier): string {
  const when = sentAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `On ${when} UTC, ${name ? `${name} <${address}>` : address} wrote:`;
}

function asHtml(text: string): string {
  return escapeHtml(text).replace(/\r?\n/g, '<br>');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
