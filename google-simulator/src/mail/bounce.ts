import { randomBytes } from 'node:crypto';
import type { Simulator } from '../simulator.ts';
import { headerOf, readHeaders } from './headers.ts';

/** A non-delivery report as Gmail writes it (docs/gmail.md, section 6; RFC 3464). */
export function bounceFor({ clock }: Simulator, sender: string, recipient: string, raw: Buffer): Buffer {
  const { headers } = readHeaders(raw);
  const original = headerOf(headers, 'Message-ID');
  const references = [headerOf(headers, 'References'), original].filter(Boolean).join(' ');
  const boundary = randomBytes(12).toString('hex');
  const date = new Date(clock.now()).toUTCString().replace('GMT', '+0000');
  const why =
    "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.";
  const lines = [
    'Return-Path: <>',
    'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>',
    `To: ${sender}`,
    'Auto-Submitted: auto-replied',
    'Subject: Delivery Status Notification (Failure)',
    `Message-ID: <${randomBytes(12).toString('hex')}.GMR@mx.google.com>`,
    `In-Reply-To: ${original}`,
    `References: ${references}`,
    `X-Failed-Recipients: ${recipient}`,
    `Date: ${date}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; boundary="${boundary}"; report-type=delivery-status`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset="UTF-8"',
    '',
    '** Address not found **',
    '',
    `Your message wasn't delivered to ${recipient} because the address couldn't be found, or is unable to receive mail.`,
    '',
    'The response from the remote server was:',
    why,
    '',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; googlemail.com',
    `Arrival-Date: ${date}`,
    `X-Original-Message-ID: ${original}`,
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    'Status: 5.1.1',
    `Diagnostic-Code: smtp; ${why}`,
    `Last-Attempt-Date: ${date}`,
    '',
    `--${boundary}`,
    'Content-Type: message/rfc822',
    '',
    '',
  ];
  const end = `\r\n--${boundary}--\r\n`;
  return Buffer.concat([Buffer.from(lines.join('\r\n')), raw, Buffer.from(end)]);
}
