import type { Quoting } from '../database/column-types.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { appendToBody } from '../mail/html/append-to-body.ts';
import { cleanHtml } from '../mail/html/clean-html.ts';
import { escapeHtml } from '../mail/html/escape-html.ts';
import { findCardNumbers } from '../mail/redaction/card-numbers.ts';
import { redactHtml, redactText } from '../mail/redaction/redact-text.ts';
import { type Addressees, isQuoted, quotableMessages } from './quotable-messages.ts';

/** An earlier email of the conversation that a reply quotes. */
export type EarlierEmail = { name: string; address: string; sentAt: Date; text: string; html: string | null };

/** The earlier emails, newest first; `more`: there are older ones. */
export type History = { emails: EarlierEmail[]; more: boolean };

/** Gmail and Outlook on the web fold elements of this class; Apple Mail folds a blockquote of type `cite`. */
const quoteStart = '<div class="gmail_quote gmail_quote_container">';
/** Gmail clips a message above 102 kB. The quoted HTML, in bytes, stays well below. */
const maxQuotedBytes = 80_000;
const maxEmails = 50;

/**
 * The emails of a conversation that an outbound message quotes, newest first: those that may be quoted to
 * all of its recipients, and what its author decided (docs/product.md, S3). Each has only what its author
 * wrote, because what it quotes is in the list itself. It names no recipients, and so none of Bcc.
 */
export async function earlierEmails(
  tx: InstanceTransaction,
  conversationId: string,
  before: { sentAt: Date; id: string; recipients: Addressees; quoting?: Quoting | null },
): Promise<History> {
  const { quoting } = before;
  const quotable = await quotableMessages(tx, conversationId, before);
  const ids = quotable.filter((message) => isQuoted(message, quoting ?? noChoices)).map(({ id }) => id);
  const emails = await readEmails(tx, ids.slice(0, maxEmails));
  return { emails, more: ids.length > maxEmails };
}

const noChoices: Quoting = { omitted: [], added: [] };

async function readEmails(tx: InstanceTransaction, ids: string[]): Promise<EarlierEmail[]> {
  if (ids.length === 0) return [];
  const rows = await tx.sql
    .selectFrom('message')
    .where('id', 'in', ids)
    .select((eb) => [
      'fromName',
      'fromAddress',
      'sentAt',
      'bodyText',
      'bodyHtml',
      'ownText',
      'ownHtml',
      'forwardedId',
      // A message may be older than the setting.
      eb.selectFrom('instanceSetting').select('redactCards').as('redactCards'),
    ])
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row): EarlierEmail => {
    const { fromName: name, fromAddress: address, sentAt } = row;
    // A forwarded message is not in the list itself.
    const content = row.forwardedId
      ? { text: row.bodyText, html: row.bodyHtml }
      : {
          text: row.ownText ?? row.bodyText,
          html: row.ownHtml ?? (row.ownText === null ? row.bodyHtml : null),
        };
    return { name, address, sentAt, ...(row.redactCards ? redactCardNumbers(content) : content) };
  });
}

function redactCardNumbers({
  text,
  html,
}: Pick<EarlierEmail, 'text' | 'html'>): Pick<EarlierEmail, 'text' | 'html'> {
  return {
    text: redactText(text, findCardNumbers),
    html: html === null ? null : redactHtml(html, findCardNumbers).html,
  };
}

/**
 * Quotes the earlier emails below a reply, newest first, each with an attribution line. Above the size
 * limit the oldest are left out, and a line says so.
 */
export function withHistory(
  body: { html: string; text: string },
  { emails, more }: History,
): { html: string; text: string } {
  const html: string[] = [];
  const text: string[] = [];
  let size = 0;
  let hasOlder = more;
  for (const email of emails) {
    const line = attribution(email);
    const quoted =
      `<div dir="ltr" class="gmail_attr">${escapeHtml(line)}<br></div>` +
      `<blockquote class="gmail_quote" type="cite" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex">${quotedHtml(email)}</blockquote>`;
    size += Buffer.byteLength(quoted);
    if (size > maxQuotedBytes) {
      hasOlder = true;
      break;
    }
    html.push(quoted);
    text.push(`${line}\n${email.text.trimEnd().replace(/^/gm, '> ')}`);
  }
  if (hasOlder) {
    html.push(`<div>${olderMessagesNotice}</div>`);
    text.push(olderMessagesNotice);
  }
  if (html.length === 0) return body;
  return {
    html: appendToBody(body.html, `<br>${quoteStart}${html.join('<br>')}</div>`),
    text: `${body.text}\n\n${text.join('\n\n')}`,
  };
}

const olderMessagesNotice = 'Older messages are left out.';

/** The HTML without images: those of another message are not part of this one. */
function quotedHtml({ html, text }: EarlierEmail): string {
  if (html === null) return escapeHtml(text).replace(/\r?\n/g, '<br>');
  return cleanHtml(html).replace(/<img\b[^<>]*>/gi, '');
}

function attribution({ name, address, sentAt }: EarlierEmail): string {
  const when = sentAt.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  return `On ${when} UTC, ${name ? `${name} <${address}>` : address} wrote:`;
}
