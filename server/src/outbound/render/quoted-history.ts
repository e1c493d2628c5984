import type { Quoting } from '../../database/column-types.ts';
import type { InstanceTransaction } from '../../database/instance-transaction.ts';
import { languages, translate } from '../../locales/translate.ts';
import { cleanHtml } from '../../mail/html/clean-html.ts';
import { escapeHtml } from '../../mail/html/escape-html.ts';
import { findCardNumbers } from '../../mail/redaction/card-numbers.ts';
import { redactHtml, redactText } from '../../mail/redaction/redact-text.ts';
import { formatForReader, type Reader } from '../../templates/reader.ts';
import type { Content } from '../../templates/render-template.ts';
import { type Addressees, isQuoted, quotableMessages } from './quotable-messages.ts';

/** An earlier email of the conversation that a reply quotes. */
export type EarlierEmail = {
  name: string;
  address: string;
  sentAt: Date;
  /** How far the author's clock was ahead of UTC, in minutes; null if unknown or if the author is one of us. */
  utcOffset: number | null;
  text: string;
  html: string | null;
};

/** The earlier emails, newest first; `more`: there are older ones. `reader`: the customer. */
export type History = { emails: EarlierEmail[]; more: boolean; reader: Reader };

/** Gmail and Outlook on the web fold elements of this class; Apple Mail folds a blockquote of type `cite`. */
const quoteStart = '<div class="gmail_quote gmail_quote_container">';
/** Gmail clips a message above 102 kB. The quoted HTML, in bytes, stays well below. */
const maxQuotedBytes = 80_000;
const maxEmails = 50;
const maxQuoteDepth = 20;
const quoteStyle = 'margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex';

/**
 * The emails of a conversation that an outbound message quotes, newest first: those that may be quoted to
 * all of its recipients, and what its author decided (docs/product.md, S3). Each has only what its author
 * wrote, because what it quotes is in the list itself. It names no recipients, and so none of Bcc.
 */
export async function earlierEmails(
  tx: InstanceTransaction,
  conversationId: string,
  before: { sentAt: Date; id: string; recipients: Addressees; quoting?: Quoting | null },
  reader: Reader,
): Promise<History> {
  const { quoting } = before;
  const quotable = await quotableMessages(tx, conversationId, before);
  const ids = quotable.filter((message) => isQuoted(message, quoting ?? noChoices)).map(({ id }) => id);
  const emails = await readEmails(tx, ids.slice(0, maxEmails));
  return { emails, more: ids.length > maxEmails, reader };
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
      'direction',
      'utcOffset',
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
    const utcOffset = row.direction === 'inbound' ? row.utcOffset : null;
    return { name, address, sentAt, utcOffset, ...(row.redactCards ? redactCardNumbers(content) : content) };
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
 * Quotes the earlier emails, newest first, each with an attribution line in the reader's language and time. Above
 * the size limit the oldest are left out, and a line says so. Null if there is nothing to quote.
 */
export function quoteHistory({ emails, more, reader }: History): Content | null {
  const html: string[] = [];
  const text: string[] = [];
  let size = 0;
  let hasOlder = more;
  for (const email of emails) {
    const line = attribution(email, reader);
    const quoted =
      `<div dir="auto" class="gmail_attr">${escapeHtml(line)}<br></div>` +
      `<blockquote class="gmail_quote" type="cite" dir="auto" style="${quoteStyle}">${quotedHtml(email)}</blockquote>`;
    size += Buffer.byteLength(quoted);
    if (size > maxQuotedBytes) {
      hasOlder = true;
      break;
    }
    html.push(quoted);
    text.push(`${line}\n${quoteLines(email.text.trimEnd())}`);
  }
  if (hasOlder) {
    const notice = isTranslated(reader) ? translate(reader.language, 'mail.quote.older') : '[…]';
    html.push(`<div>${escapeHtml(notice)}</div>`);
    text.push(notice);
  }
  if (html.length === 0) return null;
  return { html: `${quoteStart}${html.join('<br>')}</div>`, text: text.join('\n\n') };
}

/** A line that is a quotation itself is quoted once more without a space (RFC 3676 §4.5). */
function quoteLines(text: string): string {
  return text.replace(/^(>?)/gm, (_all, quoted: string) => (quoted ? '>>' : '> '));
}

/** The HTML without images: those of another message are not part of this one. */
function quotedHtml({ html, text }: EarlierEmail): string {
  if (html === null) return htmlFromQuotingText(text);
  return cleanHtml(html).replace(/<img\b[^<>]*>/gi, '');
}

/** Plain text as HTML: its quoted lines (`> > …`, RFC 3676 §4.5) become nested quotations. */
function htmlFromQuotingText(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  for (const line of text.trimEnd().split(/\r?\n/)) {
    const marks = /^(?:> ?)*/.exec(line)![0];
    const wanted = Math.min(marks.split('>').length - 1, maxQuoteDepth);
    if (wanted === depth && parts.length > 0) parts.push('<br>');
    for (; depth < wanted; depth += 1) parts.push(`<blockquote type="cite" style="${quoteStyle}">`);
    for (; depth > wanted; depth -= 1) parts.push('</blockquote>');
    parts.push(escapeHtml(line.slice(marks.length)));
  }
  return parts.join('') + '</blockquote>'.repeat(depth);
}

/** In the reader's language; where Postroom has none of its words, of date and sender only. */
function attribution({ name, address, sentAt, utcOffset }: EarlierEmail, reader: Reader): string {
  const when = formatForReader(sentAt, { ...reader, utcOffset: utcOffset ?? reader.utcOffset });
  const who = name ? `${name} <${address}>` : address;
  return isTranslated(reader)
    ? translate(reader.language, 'mail.quote.attribution', { when, who })
    : `${when}, ${who}:`;
}

const isTranslated = ({ language }: Reader): boolean => language === null || languages.includes(language);
