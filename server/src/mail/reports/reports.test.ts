import { expect, test } from 'vitest';
import { messageNames, readMessage } from '../../testing/messages.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { type Classification, classify } from './classify.ts';

/**
 * The kind of each message in testing/messages/reports. A bounce is a list of recipients: address, RFC 3463
 * status, SMTP reply code and reason; `hard` for a permanent failure, `temporary` while it is retried.
 */
const expected: Record<string, string | string[]> = {
  'account-disabled': ['ivo@far.example 5.2.1 550 switched-off'],
  'amazon-ses-suppressed': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'begins-with-its-separator': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'complaint-abuse': 'complaint: abuse by ivo@far.example',
  'complaint-apple-unsubscribe': 'complaint: opt-out by ivo@far.example',
  'complaint-authentication': 'complaint: auth-failure by ivo@far.example',
  'complaint-microsoft': 'complaint: abuse by ivo@far.example',
  'complaint-recipient-hidden': 'complaint: abuse by ivo@far.example',
  'courier-no-such-address': ['ivo@far.example 5.0.0 550 no-such-address hard'],
  'daemon-without-a-code': ['ivo@far.example 5.4.7 - not-in-time'],
  'docomo-japanese': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'domain-takes-no-mail': ['ivo@far.example 5.1.10 556 takes-no-mail hard'],
  'domino-not-listed': ['ivo@far.example 5.1.1 - no-such-address hard'],
  'exchange-2003-in-words': ['ivo@far.example 5.1.1 - no-such-address hard'],
  'exchange-german': ['ivo@far.example 5.2.2 554 mailbox-full'],
  'exim-delayed': ['ivo@far.example 4.3.0 451 not-in-time temporary'],
  'exim-no-such-address': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'exim-retry-timeout': ['ivo@far.example 5.4.1 - unreachable'],
  'exim-too-large': ['ivo@far.example 5.3.4 552 too-large'],
  'fields-in-the-text': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'gmail-blocked-file': ['ivo@far.example 5.7.0 552 blocked-file'],
  'gmail-delayed': ['ivo@far.example 4.4.1 - not-in-time temporary'],
  'gmail-gave-up': ['ivo@far.example 4.4.2 - not-in-time'],
  'gmail-in-words': ['ivo@far.example 5.7.1 550 spam'],
  'gmail-mailbox-full': ['ivo@far.example 5.2.2 552 mailbox-full'],
  'gmail-no-such-address': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'gmail-no-such-domain': ['ivo@fra.example 5.1.2 - no-such-domain hard'],
  'gmail-not-authenticated': ['ivo@far.example 5.7.26 550 not-authenticated'],
  'gmail-own-limit': ['ivo@far.example 5.4.5 550 own-limit'],
  'gmail-own-limit-in-words': ['ivo@far.example 5.4.5 - own-limit'],
  'gmx-mailbox-unavailable': ['ivo@gmx.example 5.1.1 550 no-such-address hard'],
  'google-group-refuses': ['team@far.example 5.0.0 - refused'],
  'html-only': ['ivo@far.example 5.2.2 550 mailbox-full'],
  'list-by-an-older-field': 'list contact lamps-help@lists.example',
  'list-by-its-precedence': 'list ',
  'list-message': 'list lamps.lists.example',
  'machine-with-a-returned-message': ['ivo@far.example 5.0.0 - unknown'],
  'mail-ru-no-such-user': ['ivo@mail.example 5.7.1 550 spam'],
  'message-malformed': ['ivo@far.example 5.6.0 554 malformed'],
  'microsoft-365-no-such-address': ['ivo@far.example 5.1.10 550 no-such-address hard'],
  'microsoft-365-not-allowed': ['team@far.example 5.7.133 550 policy'],
  'nobody-named': [],
  'opensmtpd-no-such-address': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'ordinary-customer-got-a-bounce': 'ordinary',
  'ordinary-from-a-shop': 'ordinary',
  'ordinary-on-holiday': 'ordinary',
  'ordinary-parcel-not-delivered': 'ordinary',
  'ordinary-postmaster': 'ordinary',
  'outlook-com-blocked': ['ivo@outlook.example 5.7.1 550 blocked'],
  'policy-rate-limit': ['ivo@far.example 4.7.28 421 too-many'],
  'policy-relay-denied': ['ivo@far.example 5.7.1 550 policy'],
  'policy-virus': ['ivo@far.example 5.7.0 552 virus'],
  'postfix-blocked-by-a-list': ['ivo@far.example 5.7.1 554 blocked'],
  'postfix-delayed': ['ivo@far.example 4.2.0 450 not-in-time temporary'],
  'postfix-delivered': 'ordinary',
  'postfix-domain-not-found': ['ivo@fra.example 5.4.4 - no-such-domain hard'],
  'postfix-expired': ['ivo@far.example 4.4.1 - not-in-time'],
  'postfix-forwarded': ['ivo@home.example 5.1.1 - no-such-address hard for ivo@far.example'],
  'postfix-no-such-address': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'postfix-two-recipients': [
    'ivo@far.example 5.2.2 552 mailbox-full',
    'ana@far.example 5.1.1 550 no-such-address hard',
  ],
  'qmail-no-host': ['ivo@fra.example 5.1.2 - no-such-domain hard'],
  'qmail-no-such-mailbox': ['ivo@far.example 5.1.1 - no-such-address hard'],
  'reason-nobody-knows': ['ivo@far.example 5.0.0 - unknown'],
  'receipt-displayed': 'auto-reply',
  'recipient-moved': ['ivo@far.example 5.1.6 551 moved hard'],
  'recipient-only-as-it-was-sent-to': ['ivo@far.example 5.1.1 550 no-such-address hard for ivo@far.example'],
  'report-without-fields': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'sender-without-host-name': ['ivo@far.example 5.7.25 550 no-host-name'],
  'sendmail-in-words': ['ivo@far.example 5.1.1 550 no-such-address hard'],
  'sendmail-transcript': ['ivo@far.example 5.7.1 550 refused'],
  'vacation-exchange': 'auto-reply',
  'vacation-french-subject': 'auto-reply, perhaps',
  'vacation-gmail': 'auto-reply',
  'vacation-rfc-3834': 'auto-reply',
  'yahoo-no-such-account': ['ivo@yahoo.example 5.1.1 554 no-such-address hard'],
  'zoho-no-such-user': ['ivo@far.example 5.1.1 550 no-such-address hard'],
};

test.each(messageNames('reports'))('reports: %s', async (name) => {
  const mail = await parseMime(readMessage('reports', name));
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  const found = classify(mail);
  expect(describe(found)).toEqual(expected[name]);
  const returned = 'originalMessageId' in found ? found.originalMessageId : null;
  const known = ['bounce', 'complaint'].includes(found.kind) && !withoutReturnedMessage.has(name);
  expect(returned).toBe(known ? '<order-17@acme.example>' : null);
});

test('odd messages and replies are not classified as reports', async () => {
  for (const folder of ['mime', 'quotes'] as const) {
    for (const name of messageNames(folder)) {
      const mail = await parseMime(readMessage(folder, name));
      if (mail.kind !== 'parsed') throw new Error(mail.reason);
      expect(classify(mail).kind, name).toBe('ordinary');
    }
  }
});

const withoutReturnedMessage = new Set([
  'begins-with-its-separator',
  'complaint-apple-unsubscribe',
  'daemon-without-a-code',
  'exchange-2003-in-words',
  'exim-delayed',
  'fields-in-the-text',
  'gmail-own-limit-in-words',
  'html-only',
  'nobody-named',
]);

function describe(found: Classification): string | string[] {
  if (found.kind === 'bounce') {
    return found.recipients.map((recipient) => {
      const { address, originalAddress, status, replyCode, reason, hard, temporary } = recipient;
      const lasting = temporary ? ['temporary'] : hard ? ['hard'] : [];
      const original = originalAddress ? [`for ${originalAddress}`] : [];
      return [address, status, replyCode ?? '-', reason, ...lasting, ...original].join(' ');
    });
  }
  if (found.kind === 'complaint') return `complaint: ${found.feedbackType} by ${found.recipient}`;
  if (found.kind === 'auto-reply') return found.certain ? 'auto-reply' : 'auto-reply, perhaps';
  return found.kind === 'list' ? `list ${found.listId}` : 'ordinary';
}
