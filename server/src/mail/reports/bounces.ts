import { subjectKind } from '../compose/subjects.ts';
import { textFromHtml } from '../html/text-from-html.ts';
import { parseMessageIds } from '../mime/message-ids.ts';
import type { ParsedMail } from '../mime/parse-mime.ts';
import { deliveryIdOf } from '../mime/postroom-headers.ts';
import {
  bounceSender,
  bounceSentence,
  bounceSubject,
  gaveUpPattern,
  returnedMessageStart,
  stillTryingPattern,
} from './bounce-patterns.ts';
import { type BounceReason, isHard, reasonFor, statusFor } from './bounce-reasons.ts';
import { type RecipientReport, readDeliveryStatus, returnedMail } from './delivery-status.ts';
import { recipientsInFields, recipientsInWords, textAbout, textsAboutEach } from './recipients-in-text.ts';

export type FailedRecipient = {
  address: string;
  /** The address Postroom sent to, if the report says that it was forwarded; else null. */
  originalAddress: string | null;
  /** RFC 3463, like 5.1.1: the report's, else derived from the reason. */
  status: string;
  /** The SMTP reply code, like 550; null if the report has none. */
  replyCode: string | null;
  reason: BounceReason;
  /** A permanent failure of the address: no such address or domain, moved, or it accepts no mail. */
  hard: boolean;
  /** The reply of the other server, or the sentence of the report. */
  diagnostic: string;
  /** The sending server will try again; false once it has given up, also with a 4.x.x status. */
  temporary: boolean;
};

export type Bounce = {
  kind: 'bounce';
  recipients: FailedRecipient[];
  /** The Message-ID of the returned message; null if the report does not include it. */
  originalMessageId: string | null;
  /** X-Postroom-Delivery of the returned message; null if the report does not include it. */
  deliveryId: string | null;
};

/** A limit against hostile reports. */
const maxRecipients = 100;
/** In characters. Reports are short; what follows is the returned message. */
const maxReportLength = 60_000;

/**
 * Reads a report that a message could not be delivered: from its message/delivery-status part (RFC 3464),
 * else from its text. Null for other mail, and for a report of successful delivery. Never throws.
 */
export function readBounce(mail: ParsedMail): Bounce | null {
  const reports = mail.attachments
    .filter(
      ({ mediaType }) =>
        mediaType === 'message/delivery-status' || mediaType === 'message/global-delivery-status',
    )
    .flatMap(({ bytes }) => readDeliveryStatus(bytes));
  const failures = reports.filter(isFailure);
  if (reports.length > 0 && failures.length === 0) return null;
  const failedField = headerOf(mail, 'x-failed-recipients');
  const isCertain = failures.length > 0 || failedField !== '';
  if (!isCertain && !couldBeBounce(mail)) return null;
  const texts = splitReport(mail);
  if (!isCertain && !looksLikeBounce(mail, texts.report)) return null;
  const returned = returnedMail(mail);
  const inFields = failures.length > 0 ? failures : recipientsInFields(texts).filter(isFailure);
  const found = inFields.length > 0 ? inFields : recipientsInWords(mail, texts, failedField, returned);
  return {
    kind: 'bounce',
    recipients: failedRecipients(eachOnce(found).slice(0, maxRecipients), texts.report),
    originalMessageId: returned?.messageId ?? parseMessageIds(messageIdIn(texts.returned))[0] ?? null,
    deliveryId: (returned && deliveryIdOf(returned)) ?? deliveryIdIn(texts.returned),
  };
}

function isFailure({ action, status }: RecipientReport): boolean {
  return action ? action === 'failed' || action === 'delayed' : status === null || !status.startsWith('2');
}

/** Of a recipient that is reported several times, a final failure counts, else the report that says most. */
function eachOnce(reports: RecipientReport[]): RecipientReport[] {
  const rank = ({ action, status, diagnostic }: RecipientReport) =>
    (action === 'failed' ? 4 : 0) + (status === null ? 0 : 2) + (diagnostic === '' ? 0 : 1);
  const byAddress = new Map<string, RecipientReport>();
  for (const report of reports) {
    const key = report.address.toLowerCase();
    const known = byAddress.get(key);
    const better = known === undefined || rank(report) > rank(known) ? report : known;
    byAddress.set(key, {
      ...better,
      originalAddress: better.originalAddress ?? known?.originalAddress ?? report.originalAddress,
    });
  }
  return [...byAddress.values()];
}

/** Each recipient with what the report says about it, and about no other. */
function failedRecipients(reports: RecipientReport[], report: string): FailedRecipient[] {
  if (reports.length === 1)
    return reports.map((one) =>
      toFailedRecipient(one, one.diagnostic || textAbout(one.address, report), report),
    );
  const { about, general } = textsAboutEach(
    reports.map(({ address }) => address),
    report,
  );
  return reports.map((one) =>
    toFailedRecipient(one, one.diagnostic || (about.get(one.address.toLowerCase()) ?? ''), general),
  );
}

/** Splits the text of a report from the returned message in it. */
function splitReport(mail: ParsedMail): { report: string; returned: string } {
  const text = (mail.text ?? (mail.html === null ? '' : textFromHtml(mail.html.slice(0, 500_000)))).slice(
    0,
    500_000,
  );
  const at = returnedMessageStart.exec(text)?.index ?? text.length;
  // If the report begins with the separator, its own text follows it.
  const cut = text.slice(0, at).trim().length > 40 ? at : text.length;
  return { report: text.slice(0, Math.min(cut, maxReportLength)), returned: text.slice(cut) };
}

/** Whether its header allows a mail to be a bounce: a cheap test before its text is searched. */
function couldBeBounce(mail: ParsedMail): boolean {
  const { type, sender, subject, nullPath } = bounceSigns(mail);
  return type || sender || (!isAnswer(mail) && (subject || nullPath));
}

function bounceSigns(mail: ParsedMail) {
  const contentType = headerOf(mail, 'content-type');
  const { address = '', name = '' } = mail.from ?? mail.sender ?? {};
  const answered = subjectKind(mail.subject) !== 'none';
  return {
    type: /multipart\/report/i.test(contentType) && /delivery-status/i.test(contentType),
    /** The sender is a program that only sends reports. */
    daemon: /mailer[- ]?daemon|^maildaemon|mail delivery (sub)?system/i.test(`${address} ${name}`),
    sender: bounceSender.test(address) || bounceSender.test(name),
    subject: !answered && bounceSubject.test(mail.subject),
    nullPath: /^<?(mailer-daemon@?[^>]*)?>?$/i.test((headerOf(mail, 'return-path') || 'none').trim()),
  };
}

function looksLikeBounce(mail: ParsedMail, report: string): boolean {
  const { type, daemon, sender, subject, nullPath } = bounceSigns(mail);
  if (type) return true;
  const hasBounceText = bounceSentence.test(report.slice(0, 8_000));
  if (daemon) return subject || hasBounceText;
  // Shops and couriers write about failed deliveries too, and customers about bounces they received: from
  // any other sender, the mail must be automatic and must be about mail.
  const isAutomatic = nullPath || /^auto-(replied|generated)/i.test(headerOf(mail, 'auto-submitted'));
  const returned = mail.attachments.some(({ mediaType }) =>
    /^(message\/rfc822|text\/rfc822-headers)$/.test(mediaType),
  );
  const isAboutMail = returned || smtpAnswer.test(report) || returnedMessageStart.test(mail.text ?? '');
  // People also write from postmaster addresses.
  if (sender) return (subject || hasBounceText) && (isAutomatic || isAboutMail || (subject && hasBounceText));
  return (
    !isAnswer(mail) &&
    hasBounceText &&
    isAutomatic &&
    isAboutMail &&
    (subject || (nullPath && (returned || smtpAnswer.test(report))))
  );
}

/** An SMTP reply: `550 5.1.1 …`, `<<< 550`. */
const smtpAnswer =
  /(?<![\d.])[45]\d\d[ -]#?[45]\.\d\.\d|<<< ?[45]\d\d|\(#[45]\.\d\.\d\)|smtp.{0,40}\b[45]\d\d\b|(?<![\d.])[45][0-5]\d[ -]{1,3}(requested|mailbox|user|recipient|unknown|no such|sorry|access denied|relay)/i;

/** A reply in a thread, as people write them and reporting systems do not. */
function isAnswer(mail: ParsedMail): boolean {
  return mail.inReplyTo !== null || mail.references.length > 0;
}

const statusPattern = /(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/g;

/** Status, reply code and reason, each from the most specific text about this recipient; `texts`: the report's. */
function toFailedRecipient(report: RecipientReport, recipientText: string, texts: string): FailedRecipient {
  const fullText = `${recipientText}\n${texts}`;
  const stated = statedStatus(report.status, recipientText, texts);
  const reason = reasonFor(stated, recipientText, texts);
  const replyCode = replyCodeIn(recipientText) ?? replyCodeIn(texts);
  const gaveUp = report.action === 'failed' || (report.action === null && gaveUpPattern.test(fullText));
  const kind = replyCode?.[0] ?? (isDelayed(report, fullText, gaveUp) ? '4' : '5');
  const status = stated ?? statusFor(kind, reason);
  return {
    address: report.address,
    originalAddress: report.originalAddress,
    status,
    replyCode,
    reason,
    // A 4xx reply that is retried is not permanent, whatever its text says (RFC 5321 §4.2.1).
    hard: isHard(reason) && !(report.action === 'delayed' && replyCode?.startsWith('4')),
    diagnostic: (recipientText || firstSentence(texts)).slice(0, 1_000),
    temporary: report.action === 'delayed' || (status.startsWith('4') && !gaveUp),
  };
}

function isDelayed({ action }: RecipientReport, fullText: string, gaveUp: boolean): boolean {
  return action === 'delayed' || (!gaveUp && stillTryingPattern.test(fullText));
}

/** The most specific status: the other server's, unless it is a general one (x.0.0) and the report has a better one. */
function statedStatus(status: string | null, recipientText: string, texts: string): string | null {
  const candidates = [...codesIn(recipientText).reverse(), status, ...codesIn(texts)].filter(
    (code) => code !== null,
  );
  return candidates.find((code) => !code.endsWith('.0.0')) ?? candidates[0] ?? null;
}

/** The first SMTP reply code, as in `550 5.1.1`, `550-5.7.26`, `said: 550` or `#550`; not any other number. */
function replyCodeIn(text: string): string | null {
  const code = /(?<![\d.]|\d:)([45][0-5]\d)(?=[ -]#?[45]\.\d|-[45]\d\d|[ -][^\d\s]|[:,] )/.exec(
    text.slice(0, 8_000),
  );
  return code?.[1] ?? null;
}

function codesIn(text: string): string[] {
  return [...text.slice(0, 20_000).matchAll(statusPattern)].map(([code]) => code);
}

function firstSentence(texts: string): string {
  const line =
    texts.split('\n').find((each) => bounceSentence.test(each)) ?? texts.trim().split('\n')[0] ?? '';
  return line.trim();
}

function messageIdIn(returned: string): string {
  return /^[ \t>]*message-id:\s*(<[^<>\s]{1,900}>)/im.exec(returned)?.[1] ?? '';
}

function deliveryIdIn(returned: string): string | null {
  return /^[ \t>]*x-postroom-delivery:\s*([0-9a-f-]{36})\s*$/im.exec(returned)?.[1] ?? null;
}

function headerOf(mail: ParsedMail, name: string): string {
  return mail.headers.find((field) => field.name.toLowerCase() === name)?.value ?? '';
}
