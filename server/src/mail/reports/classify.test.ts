import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { classify } from './classify.ts';

async function classifyBytes(raw: Buffer) {
  const mail = await parseMime(raw);
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  return classify(mail);
}

const head = 'From: Ana <ana@example.com>\r\nTo: support@acme.example\r\n';
const kindOf = async (fields: string, body = 'Hello, I have a question.') =>
  (await classifyBytes(Buffer.from(`${head}${fields}\r\n\r\n${body}`))).kind;

test('people who write about bounces, holidays and lists are ordinary', async () => {
  expect(await kindOf('Subject: Re: Undeliverable: your order', 'My mail could not be delivered, why?')).toBe(
    'ordinary',
  );
  expect(await kindOf('Subject: Fwd: Mail delivery failed', 'What does this mean: user unknown?')).toBe(
    'ordinary',
  );
  expect(await kindOf('Subject: Delivery problem with my order', 'The parcel was not delivered.')).toBe(
    'ordinary',
  );
  expect(
    await kindOf('Subject: Delivery failed', 'Your courier was unable to deliver the parcel.\nAna'),
  ).toBe('ordinary');
  expect(await kindOf('Subject: Re: Out of office')).toBe('ordinary');
  expect(await kindOf('Subject: Out of office chairs?')).toBe('ordinary');
  expect(await kindOf('Subject: On holiday next week, can I have it before?')).toBe('ordinary');
  expect(await kindOf('Subject: Question\r\nPrecedence: bulk')).toBe('ordinary');
  expect(await kindOf('Subject: Question\r\nAuto-Submitted: no')).toBe('ordinary');
  expect(await kindOf('Subject: Question\r\nX-Auto-Response-Suppress: All')).toBe('ordinary');
  expect(await kindOf('Subject: Question\r\nList-ID: Team <team.acme.example>')).toBe('list');
});

test('mail about parcels, webhooks and received bounces is ordinary', async () => {
  const cases: Array<[string, string]> = [
    [
      'Subject: Delivery failed: your parcel\r\nAuto-Submitted: auto-generated',
      'We were unable to deliver your parcel: the recipient was not found.',
    ],
    [
      'Subject: Delivery status notification\r\nReturn-Path: <>',
      'Your parcel could not be delivered. Reason: recipient unknown.',
    ],
    [
      'Subject: Webhook delivery failed\r\nAuto-Submitted: auto-generated',
      'We have been unable to deliver events: your endpoint answered 503.',
    ],
    [
      'Subject: Mail delivery failed',
      'I got this:\r\n550 5.1.1 <support@acme.example>: Recipient address rejected: User unknown\r\nWhy?',
    ],
    [
      'Subject: Undeliverable: order\r\nContent-Type: multipart/mixed; boundary=b',
      '--b\r\n\r\nMy mail could not be delivered, see here.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nhi\r\n--b--',
    ],
    [
      'Subject: Cannot reach you\r\nContent-Type: multipart/mixed; boundary=b',
      '--b\r\n\r\nSee.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/report; boundary=c\r\n\r\n--c\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n--c--\r\n--b--',
    ],
  ];
  for (const [fields, body] of cases) expect(await kindOf(fields, body), fields).toBe('ordinary');
  const postmaster = 'From: Postmaster <postmaster@far.example>\r\nSubject: Question\r\n\r\n';
  const words = 'Could you tell us why the message from your shop was rejected?';
  expect((await classifyBytes(Buffer.from(postmaster + words))).kind).toBe('ordinary');
  const scam = 'From: "Mail System Support" <help@far.example>\r\nSubject: Your mailbox is full\r\n\r\n';
  expect((await classifyBytes(Buffer.from(`${scam}Your mailbox is full. Click here.`))).kind).toBe(
    'ordinary',
  );
});

test('automatic replies by header field or subject', async () => {
  expect(await kindOf('Subject: Re: Order\r\nAuto-Submitted: auto-replied (vacation)')).toBe('auto-reply');
  const receipt = 'Content-Type: multipart/report; report-type=disposition-notification; boundary=b';
  expect(await kindOf(`Subject: Read: Order\r\n${receipt}`)).toBe('auto-reply');
  for (const subject of [
    'Automatic reply: Order',
    'Out of office',
    'Out of Office AutoReply: Order',
    'Abwesenheitsnotiz: Order',
    'Risposta automatica: Order',
    '自動返信: Order',
    'Out of Office: Order',
    'Automatische Antwort: Order',
    'Réponse automatique : Order',
  ]) {
    expect(await kindOf(`Subject: ${subject}`), subject).toBe('auto-reply');
  }
});

test('automatic replies in any language, behind a gateway’s mark', async () => {
  const answer = 'In-Reply-To: <1@acme.example>\r\nAuto-Submitted: auto-generated';
  for (const subject of [
    'Jag är borta: Order',
    'Φεύγω: Order',
    'Order',
    'Re: Order',
    '[EXTERNAL] Ni ofisi: Order',
  ]) {
    const found = await classifyBytes(Buffer.from(`${head}Subject: ${subject}\r\n${answer}\r\n\r\nAway.`));
    expect(found, subject).toMatchObject({ kind: 'auto-reply', certain: true });
  }
  const byRule = 'Subject: Automatisk svar: Order\r\nX-MS-Exchange-Inbox-Rules-Loop: ana@far.example';
  expect(await classifyBytes(Buffer.from(`${head}${byRule}\r\n\r\nAway.`))).toMatchObject({ certain: true });
  const inSubject = 'Subject: Jag är borta: Re: Order\r\nAuto-Submitted: auto-generated';
  expect(await kindOf(inSubject)).toBe('auto-reply');
  for (const subject of [
    '[EXTERNAL] Automatic reply: Order',
    '[EXT] Out of office',
    'CAUTION: Automatic reply: Order',
    'EXTERNAL: Automatic reply: Order',
    '<External> Automatic reply: Order',
    '⚠ External - Automatic reply: Order',
    '*** EXTERN *** Abwesenheitsnotiz: Order',
    '[External Sender] Automatisk svar: Re: Order',
    'Otomatik Yanıt: Order',
    'Odpowiedź automatyczna: Order',
    'Automatická odpověď: Order',
    'Răspuns automat: Order',
    'Автоматический ответ: Order',
    'Automaattinen vastaus: Order',
    'תשובה אוטומטית: Order',
    'رد تلقائي: Order',
    '自动答复: Order',
    '자동 회신: Order',
  ]) {
    expect(await kindOf(`Subject: ${subject}`), subject).toBe('auto-reply');
  }
});

test('the first mail of a form or ticket system is no automatic reply', async () => {
  for (const fields of [
    'Subject: Contact form: question\r\nAuto-Submitted: auto-generated',
    'Subject: [Ticket 12] New: order\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All',
    'Subject: Re: Order\r\nAuto-Submitted: no\r\nIn-Reply-To: <1@acme.example>',
    'Subject: Re: Order\r\nX-Auto-Response-Suppress: All\r\nIn-Reply-To: <1@acme.example>',
    'Subject: Re: Order\r\nAuto-Submitted: auto-generated\r\nIn-Reply-To: <1@acme.example>\r\nX-Zendesk-From-Account-Id: 1',
    'Subject: [EXTERNAL] Out of office chairs?',
    'Subject: External: order',
    'Subject: Assente ieri, ecco la foto',
  ]) {
    expect(await kindOf(fields), fields).toBe('ordinary');
  }
});

test('a long subject is classified at once', async () => {
  for (const piece of [' ', '[', '[ext] ', 'Re:', 'auto ', 'ext', ': ', '*']) {
    const long = `${piece.repeat(60_000 / piece.length)}x`;
    for (const fields of [
      `Subject: Out of office${long}\r\nAuto-Submitted: auto-generated`,
      `Subject: ${long}`,
    ])
      expect(await leastProcessorTime(() => kindOf(fields), 250), piece).toBeLessThan(250);
  }
});

test('a delivery report: recipient, reason, retry, returned message', async () => {
  const report = (action: string, status: string) =>
    Buffer.from(
      [
        'From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\r\nSubject: Delivery Status Notification\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n',
        '--b\r\n\r\nSomething happened.\r\n--b\r\nContent-Type: message/delivery-status\r\n',
        `Reporting-MTA: dns; googlemail.com\r\n\r\nOriginal-Recipient: rfc822; ana@alias.example\r\nFinal-Recipient: rfc822; ana@example.com\r\nAction: ${action}\r\nStatus: ${status}\r\nDiagnostic-Code: smtp; The other side said\r\n no\r\n`,
        '--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <ours@acme.example>\r\nX-Postroom-Delivery: 0192f0c0-7b1e-7c3a-8d53-2f2d1c0b9a88\r\nTo: ana@alias.example\r\n\r\nHello\r\n--b--',
      ].join('\r\n'),
    );
  expect(await classifyBytes(report('failed', '5.1.1'))).toEqual({
    kind: 'bounce',
    automatic: true,
    recipients: [
      {
        address: 'ana@example.com',
        originalAddress: 'ana@alias.example',
        status: '5.1.1',
        replyCode: null,
        reason: 'no-such-address',
        hard: true,
        diagnostic: 'The other side said no',
        temporary: false,
      },
    ],
    originalMessageId: '<ours@acme.example>',
    deliveryId: '0192f0c0-7b1e-7c3a-8d53-2f2d1c0b9a88',
  });
  const delayed = await classifyBytes(report('delayed', '4.4.1'));
  expect(delayed.kind === 'bounce' && delayed.recipients[0]?.temporary).toBe(true);
  expect((await classifyBytes(report('delivered', '2.0.0'))).kind).toBe('ordinary');
});

test('a temporary refusal by greylisting is neither hard nor an unknown address', async () => {
  const report = (action: string, diagnostic: string) =>
    Buffer.from(
      `From: mailer-daemon@acme.example\r\nSubject: Delayed Mail\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; acme.example\r\n\r\nFinal-Recipient: rfc822; ana@example.com\r\nAction: ${action}\r\nStatus: 4.0.0\r\nDiagnostic-Code: smtp; ${diagnostic}\r\n--b--`,
    );
  const recipientOf = async (raw: Buffer) => {
    const found = await classifyBytes(raw);
    return found.kind === 'bounce' ? found.recipients[0] : undefined;
  };
  const greylisted = '450 <ana@example.com>: Recipient address rejected: Greylisted';
  expect(await recipientOf(report('delayed', greylisted))).toMatchObject({
    reason: 'not-in-time',
    hard: false,
    temporary: true,
    replyCode: '450',
  });
  expect(await recipientOf(report('failed', greylisted))).toMatchObject({
    reason: 'not-in-time',
    hard: false,
  });
  const unverified = '450 4.1.1 <ana@example.com>: Recipient address rejected: unverified address';
  expect(await recipientOf(report('delayed', unverified))).toMatchObject({ hard: false, temporary: true });
});
