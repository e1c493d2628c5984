import type { Deployment } from '../database/connect.ts';
import { languages, translate } from '../locales/translate.ts';
import { appendToBody } from '../mail/html/append-to-body.ts';
import { escapeHtml } from '../mail/html/escape-html.ts';

/** The path of the link with which one customer unsubscribes. */
function unsubscribePath(token: string): string {
  return `/unsubscribe/${token}`;
}

/** The token in a test of a bulk message, which is sent to its author: nobody unsubscribes with it. */
const testToken = 'test';

/** How the recipient of a bulk message unsubscribes: the link, and what it says. */
export type UnsubscribeLink = { url: string; label: string };

/**
 * The headers and the link of a message of a bulk message; `recipient` null: of a test. `url` is the public URL
 * of Postroom. The headers ask for no automatic reply (RFC 3834 §5; Precedence for older programs), and name
 * the bulk message where Gmail reports complaints (Feedback-ID: three identifiers and, last, the sender's).
 */
export function bulkParts(
  { instanceId, mailboxId, recipient, language }: BulkOrigin,
  url: string,
): { headers: Record<string, string>; unsubscribe: UnsubscribeLink } {
  const token = recipient?.token ?? testToken;
  return {
    headers: {
      'Auto-Submitted': 'auto-generated',
      Precedence: 'bulk',
      'Feedback-ID': `${recipient?.bulkId ?? testToken}:${mailboxId}:bulk:${instanceId.slice(-12)}`,
      ...unsubscribeHeaders(token, url),
    },
    unsubscribe: {
      url: `${url}${unsubscribePath(token)}`,
      label: unsubscribeLabel(recipient?.fields ?? {}, language),
    },
  };
}

/** The headers with which mail clients unsubscribe with one click (RFC 2369, RFC 8058). */
export function unsubscribeHeaders(token: string, url: string): Record<string, string> {
  return {
    'List-Unsubscribe': `<${url}${unsubscribePath(token)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

type BulkOrigin = {
  instanceId: string;
  mailboxId: string | null;
  recipient: { bulkId: string; token: string; fields: Record<string, string> } | null;
  /** The language of the author, where the list does not name the recipient's. */
  language: string | null;
};

const languageColumn = /^(language|lang|locale|sprache|langue|idioma)$/i;

/** In the language that the list gives for the customer (`de`, `de-CH`), or else the author's. */
export function unsubscribeLabel(fields: Record<string, string>, language: string | null): string {
  const listed = Object.entries(fields).find(([column]) => languageColumn.test(column.trim()))?.[1];
  const code = listed?.trim().slice(0, 2).toLowerCase();
  return translate(code && languages.includes(code) ? code : language, 'mail.unsubscribe');
}

/** Puts the link below everything else of a message, also its signature and the footer of its template. */
export function withUnsubscribeLink(
  { html, text }: { html: string; text: string },
  { url, label }: UnsubscribeLink,
): { html: string; text: string } {
  const style = 'font-size:12px;color:#7b756d';
  const link = `<a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a>`;
  return {
    html: appendToBody(html, `<p style="margin-top:24px;${style}">${link}</p>`),
    text: `${text.trimEnd()}\n\n${label}: ${url}\n`,
  };
}

/** The customer of a token, in any instance; null if the token is unknown. */
export async function recipientOfToken(
  deployment: Deployment,
  token: string,
): Promise<{ instanceId: string; address: string } | null> {
  const row = await deployment.sql
    .selectFrom('bulkRecipient')
    .where('token', '=', token)
    .select(['instanceId', 'address'])
    .executeTakeFirst();
  return row ?? null;
}

/** Sends this customer no more bulk messages of the instance. Returns false if the token is unknown. */
export async function unsubscribe(deployment: Deployment, token: string): Promise<boolean> {
  const recipient = await recipientOfToken(deployment, token);
  if (!recipient) return false;
  await deployment.sql
    .insertInto('unsubscribed')
    .values(recipient)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return true;
}
