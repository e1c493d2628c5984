import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { parseMime } from '../mime/parse-mime.ts';
import { classify } from './classify.ts';

const header =
  'From: Mail Delivery System <mailer-daemon@relay.example>\nReturn-Path: <>\nTo: support@acme.example';

/** "address status reason" of each recipient in a report. */
async function recipientsOf(body: string, more = 'Subject: Delivery failure'): Promise<string[]> {
  const mail = await parseMime(Buffer.from(`${header}\n${more}\n\n${body}`));
  if (mail.kind !== 'parsed') throw new Error(mail.reason);
  const found = classify(mail);
  if (found.kind !== 'bounce') throw new Error(found.kind);
  return found.recipients.map(({ address, status, reason }) => `${address} ${status} ${reason}`);
}

const ana = 'ana@far.example 5.1.1 no-such-address';
const tom = 'tom@far.example 5.2.2 mailbox-full';

test.each(
  Object.entries({
    qmail: `I'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up.\n\n<ana@far.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 <ana@far.example>: User unknown\nGiving up on 192.0.2.1.\n\n<tom@far.example>:\nRemote host said: 552 5.2.2 Mailbox full\n\n--- Below this line is a copy of the message.\n\nTo: list@acme.example\nSubject: x`,
    'in words, without codes': `Unable to deliver message to the following address(es).\n\n<ana@far.example>:\nNo such user here.\n\n<tom@far.example>:\nThe mailbox is full.\n\n--- Original message follows.\n`,
    'Exim, in one block': `A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ana@far.example\n    SMTP error from remote mail server after RCPT TO:<ana@far.example>:\n    host mx.far.example [192.0.2.1]: 550 5.1.1 <ana@far.example>... User Unknown\n  tom@far.example\n    SMTP error from remote mail server after RCPT TO:<tom@far.example>:\n    host mx.far.example [192.0.2.1]: 552 5.2.2 <tom@far.example>... over quota\n\n------ This is a copy of the message ------\n\nTo: ana@far.example`,
    'Sendmail, with a transcript': `   ----- The following addresses had permanent fatal errors -----\n<ana@far.example>\n    (reason: 550 5.1.1 User unknown)\n<tom@far.example>\n    (reason: 552 5.2.2 Mailbox full)\n\n   ----- Transcript of session follows -----\n... while talking to mx.far.example.:\n>>> RCPT To:<ana@far.example>\n<<< 550 5.1.1 User unknown\n550 5.1.1 <ana@far.example>... User unknown\n>>> RCPT To:<tom@far.example>\n<<< 552 5.2.2 Mailbox full\n552 5.2.2 <tom@far.example>... Mailbox full`,
    'a session only': `   ----- Transcript of session follows -----\n550 5.1.1 <ana@far.example>... User unknown\n552 5.2.2 <tom@far.example>... Mailbox full\n\n   ----- Unsent message follows -----\nTo: ana@far.example`,
    Exchange: `Your message\n\n  To:      ana@far.example; tom@far.example\n  Subject: Order\n\ndid not reach the following recipient(s):\n\nana@far.example on Tue, 3 Mar 2026 16:05:11 +0100\n    The recipient name is not recognized\n    <mx.far.example #5.1.1>\ntom@far.example on Tue, 3 Mar 2026 16:05:11 +0100\n    The recipient's mailbox is full\n    <mx.far.example #5.2.2>`,
    'Outlook, by name': `Delivery has failed to these recipients or groups:\n\nAna Silva (ana@far.example)\nThe email address you entered couldn't be found.\n\nTom Becker (tom@far.example)\nThe recipient's mailbox is full.\n`,
    'labels and bullets': `Your message could not be delivered.\n\n* Recipient: ana@far.example\n  Reason: 550 5.1.1 unknown user\n* Recipient: tom@far.example\n  Reason: 552 5.2.2 mailbox is full\n`,
    'on one line each': `A message that you sent could not be delivered to one or more of its recipients.\n\nana@far.example Invalid Address, ERROR_CODE :550, 5.1.1 <ana@far.example>... User Unknown\ntom@far.example Invalid Address, ERROR_CODE :552, 5.2.2 <tom@far.example>... Mailbox Full\n`,
  }),
)('every recipient has its own status and reason: %s', async (_, body) => {
  expect(await recipientsOf(body)).toEqual([ana, tom]);
});

test('X-Failed-Recipients names several, each with its own text', async () => {
  const body = `The following address(es) failed:\n\n  ana@far.example\n    host mx [192.0.2.1]: 550 5.1.1 <ana@far.example>... User Unknown\n  tom@far.example\n    host mx [192.0.2.1]: 552 5.2.2 <tom@far.example>... over quota\n`;
  const field = 'Subject: Mail delivery failed\nX-Failed-Recipients: ana@far.example,\n  tom@far.example';
  expect(await recipientsOf(body, field)).toEqual([ana, tom]);
});

test('recipients in a list share the reason below it', async () => {
  for (const list of [
    'ana@far.example\n     tom@far.example',
    'ana@far.example, tom@far.example',
    '<ana@far.example>;\n<tom@far.example>',
  ]) {
    expect(
      await recipientsOf(
        `Delivery to the following recipients failed permanently:\n\n     ${list}\n\nTechnical details of permanent failure:\n550 5.1.1 no such user`,
      ),
    ).toEqual([ana, 'tom@far.example 5.1.1 no-such-address']);
  }
  expect(
    await recipientsOf(
      'Your message\n\n  Subject: Order\n\nwas not delivered to:\n\n  ana@far.example\n  tom@far.example\n\nbecause:\n\n  The mailbox is full',
    ),
  ).toEqual(['ana@far.example 5.2.2 mailbox-full', tom]);
});

test('a recipient that is named twice is one', async () => {
  const twice = '<ana@far.example>:\n550 5.1.1 User unknown\n\n<Ana@far.example>:\n550 5.1.1 User unknown\n';
  expect(
    await recipientsOf(`I wasn't able to deliver your message to the following addresses.\n\n${twice}`),
  ).toHaveLength(1);
  const fields = ['delayed', 'failed', 'delayed'].map(
    (action) =>
      `Final-Recipient: rfc822; ana@far.example\nAction: ${action}\nStatus: ${action === 'failed' ? '5.1.1' : '4.4.1'}\n`,
  );
  const report = `--b\nContent-Type: text/plain\n\nNot delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n${fields.join('\n')}\n--b--`;
  expect(
    await recipientsOf(
      report,
      'Subject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b',
    ),
  ).toEqual([ana]);
});

test('other addresses in a report are no recipients', async () => {
  expect(
    await recipientsOf(
      'Your message from support@acme.example could not be delivered.\n\n<ana@far.example>: 550 5.1.1 User unknown\n\nPlease ask postmaster@relay.example or help@relay.example.\n',
    ),
  ).toEqual([ana]);
});

test('no report takes more than a second', async () => {
  for (const piece of [
    'a@b.example\n',
    '\n',
    ' \n',
    'a@b.example, ',
    '550 ',
    'a@',
    'recipient: ',
    'Final-Recipient: x\n\n',
  ]) {
    const report = `Your message could not be delivered.\n${piece.repeat(200_000 / piece.length)}`;
    const read = () => recipientsOf(report).catch(() => []);
    expect(await leastProcessorTime(read, 1_000), piece).toBeLessThan(1_000);
  }
});

test('reports in words of other languages', async () => {
  for (const [subject, words] of [
    ['Unzustellbar: Bestellung', 'Ihre Nachricht konnte nicht zugestellt werden.'],
    ['Échec de la remise : commande', "Votre message n'a pas pu être remis."],
    ['No se puede entregar: pedido', 'No se pudo entregar su mensaje.'],
    ['Mancata consegna: ordine', 'Impossibile consegnare il messaggio.'],
    ['Onbestelbaar: bestelling', 'Uw bericht kan niet worden bezorgd.'],
    ['Nie można dostarczyć: zamówienie', 'Nie udało się dostarczyć wiadomości.'],
    ['Недоставленное сообщение', 'Не удалось доставить сообщение.'],
    ['Teslim edilemedi: sipariş', 'İletiniz teslim edilemedi.'],
    ['系统退信', '无法投递您的邮件。'],
  ]) {
    expect(
      await recipientsOf(`${words}\n\n<ana@far.example>: 550 5.1.1 unknown user\n`, `Subject: ${subject}`),
    ).toEqual([ana]);
  }
});

test('a program without a telling name or subject, by the null return path and the returned message', async () => {
  const returned = 'Content-Type: multipart/mixed; boundary=b';
  const body =
    '--b\nContent-Type: text/plain\n\nYour mail could not be delivered to: <tom@far.example>\nAs their mailbox is full.\n--b\nContent-Type: message/rfc822\n\nTo: tom@far.example\nSubject: Order\n\nHello\n--b--';
  for (const from of ['no-reply@far.example', 'Mailer Daemon <post@far.example>']) {
    const mail = await parseMime(
      Buffer.from(
        `From: ${from}\nReturn-Path: <>\nTo: support@acme.example\nSubject: Mail\n${returned}\n\n${body}`,
      ),
    );
    if (mail.kind !== 'parsed') throw new Error(mail.reason);
    expect(classify(mail), from).toMatchObject({
      kind: 'bounce',
      recipients: [{ address: 'tom@far.example', reason: 'mailbox-full' }],
    });
  }
});

test('a report in UTF-8 names its recipient and its reason as they are', async () => {
  const fields = `Content-Type: multipart/report; report-type=delivery-status; boundary=b`;
  const status = `Reporting-MTA: dns; mx.far.example\n\nFinal-Recipient: utf-8; jörg@bücher.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 邮箱已满`;
  const reports = [
    recipientsOf(`--b\nContent-Type: message/global-delivery-status\n\n${status}\n--b--`, fields),
    recipientsOf(
      `It could not be delivered.\n\n${status}`,
      'Subject: failure notice\nContent-Type: text/plain; charset=utf-8',
    ),
  ];
  for (const recipients of await Promise.all(reports))
    expect(recipients).toEqual(['jörg@bücher.example 5.0.0 mailbox-full']);
});
