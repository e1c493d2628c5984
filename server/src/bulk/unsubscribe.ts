import { randomBytes } from 'node:crypto';
import type { Deployment } from '../database/connect.ts';
import type { InstanceTransaction } from '../database/instance-transaction.ts';
import { languages, translate } from '../locales/translate.ts';
import { appendToBody } from '../mail/html/append-to-body.ts';
import { escapeHtml } from '../mail/html/escape-html.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';

/** The path of the link with which one customer unsubscribes. */
function unsubscribePath(token: string): string {
  return `/unsubscribe/${token}`;
}

/** A token of 32 characters: 192 random bits, which nobody guesses. */
export function createUnsubscribeToken(): string {
  return randomBytes(24).toString('base64url');
}

/** How the recipient of a bulk message unsubscribes: the link, and what it says. */
export type UnsubscribeLink = { url: string; label: string };

/** A message of a bulk message, or a test of one. */
type BulkOrigin = {
  instanceId: string;
  mailbox: { id: string | null; address: string };
  bulkId: string;
  token: string;
  /** Of the recipient. */
  fields: Record<string, string>;
  /** The language of the author, where the list does not name the recipient's. */
  language: string | null;
};

/**
 * The headers and the link of a message of a bulk message. `url` is the public URL of Postroom. The headers ask for
 * no automatic reply (RFC 3834 §5; Precedence for older programs), and name the bulk message where Gmail reports
 * complaints (Feedback-ID: three identifiers and, last, the sender's).
 */
export function bulkParts(
  { instanceId, mailbox, bulkId, token, fields, language }: BulkOrigin,
  url: string,
): { headers: Record<string, string>; unsubscribe: UnsubscribeLink } {
  return {
    headers: {
      'Auto-Submitted': 'auto-generated',
      Precedence: 'bulk',
      'Feedback-ID': `${bulkId}:${mailbox.id}:bulk:${instanceId.slice(-12)}`,
      ...unsubscribeHeaders(token, { url, address: mailbox.address }),
    },
    unsubscribe: { url: `${url}${unsubscribePath(token)}`, label: unsubscribeLabel(fields, language) },
  };
}

/**
 * The headers with which mail clients unsubscribe: by a link and by a mail (RFC 2369 §3.2), which
 * inbound/store/unsubscribe-by-mail.ts recognizes. With one click (RFC 8058 §3.1) only where the link is an https one.
 */
export function unsubscribeHeaders(
  token: string,
  { url, address }: { url: string; address: string },
): Record<string, string> {
  const link = `<${url}${unsubscribePath(token)}>`;
  const mail = `<mailto:${encodeURI(address).replaceAll('?', '%3F')}?subject=${unsubscribeWord}%20${token}>`;
  return offersOneClick(url)
    ? { 'List-Unsubscribe': `${link}, ${mail}`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
    : { 'List-Unsubscribe': `${mail}, ${link}` };
}

/** Whether mail clients can unsubscribe with one click: RFC 8058 §3.1 requires an https link. */
function offersOneClick(url: string): boolean {
  return url.startsWith('https://');
}

/** What to know before a bulk message is sent; null: nothing. `url` is the public URL of Postroom. */
export function oneClickProblem(url: string): StoredProblem | null {
  return offersOneClick(url) ? null : storedProblem('bulk-without-one-click', { url });
}

const unsubscribeWord = 'unsubscribe';

/** The token in the subject of a mail that unsubscribes; null for other mail. */
export function tokenInSubject(subject: string): string | null {
  return /^\s*unsubscribe\s+([\w-]{32})\s*$/i.exec(subject)?.[1] ?? null;
}

const languageColumn = /^(language|lang|locale|sprache|langue|idioma)$/i;

/** The language that the list gives for a customer (`de`, `de-CH`); null if it gives none that there is. */
function listedLanguage(fields: Record<string, string>): string | null {
  const listed = Object.entries(fields).find(([column]) => languageColumn.test(column.trim()))?.[1];
  const code = listed?.trim().slice(0, 2).toLowerCase();
  return code && languages.includes(code) ? code : null;
}

/** In the language that the list gives for the customer, or else the author's. */
function unsubscribeLabel(fields: Record<string, string>, language: string | null): string {
  return translate(listedLanguage(fields) ?? language, 'mail.unsubscribe');
}

/** Puts the link below everything else of a message, also its signature and the footer of its template. */
export function withUnsubscribeLink(
  { html, text }: { html: string; text: string },
  { url, label }: UnsubscribeLink,
): { html: string; text: string } {
  const style = 'font-family:Arial,Helvetica,sans-serif;font-size:12px;color:#7b756d';
  const link = `<a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a>`;
  return {
    html: appendToBody(html, `<p style="margin:24px 8px 8px;text-align:center;${style}">${link}</p>`),
    text: `${text.trimEnd()}\n\n${label}: ${url}\n`,
  };
}

/** Whom a token belongs to; a `test` of a bulk message has one that unsubscribes nobody. */
export type TokenOwner = {
  kind: 'recipient' | 'test';
  instanceId: string;
  address: string;
  /** The language that the list gives for them. */
  language: string | null;
};

/** The owner of a token, in any instance, or in the one that `sql` is bound to; null if the token is unknown. */
export async function ownerOfToken(
  { sql }: Pick<Deployment | InstanceTransaction, 'sql'>,
  token: string,
): Promise<TokenOwner | null> {
  const recipient = await sql
    .selectFrom('bulkRecipient')
    .where('token', '=', token)
    .select(['instanceId', 'address', 'fields'])
    .executeTakeFirst();
  if (recipient) {
    const { fields, ...rest } = recipient;
    return { kind: 'recipient', ...rest, language: listedLanguage(fields) };
  }
  const tested = await sql
    .selectFrom('bulkTest')
    .leftJoin('bulkRecipient', (join) =>
      join
        .onRef('bulkRecipient.instanceId', '=', 'bulkTest.instanceId')
        .onRef('bulkRecipient.bulkId', '=', 'bulkTest.bulkId')
        .onRef('bulkRecipient.position', '=', 'bulkTest.position'),
    )
    .where('bulkTest.token', '=', token)
    .select(['bulkTest.instanceId', 'bulkRecipient.address', 'bulkRecipient.fields'])
    .executeTakeFirst();
  if (!tested) return null;
  const { instanceId, address, fields } = tested;
  return { kind: 'test', instanceId, address: address ?? '', language: listedLanguage(fields ?? {}) };
}

/** Sends the owner of a token no more bulk messages of the instance; null if the token is unknown. */
export async function unsubscribe(
  deployment: Pick<Deployment | InstanceTransaction, 'sql'>,
  token: string,
): Promise<TokenOwner | null> {
  const owner = await ownerOfToken(deployment, token);
  if (owner?.kind !== 'recipient') return owner;
  const { instanceId, address } = owner;
  await deployment.sql
    .insertInto('unsubscribed')
    .values({ instanceId, address })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return owner;
}
