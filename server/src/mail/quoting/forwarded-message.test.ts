import { expect, test } from 'vitest';
import { leastProcessorTime } from '../../testing/processor-time.ts';
import { readForwardedMessage } from './forwarded-message.ts';

const mia = { name: 'Mia Kern', address: 'mia@client.example' };
const body = 'The lamp arrived broken.\n\nWhat now?';

/** As programs write it in plain text: the lines above the text of the forwarded message. */
const plain: Array<[string, string]> = [
  [
    'Gmail',
    '---------- Forwarded message ---------\nFrom: Mia Kern <mia@client.example>\nDate: Fri, Nov 6, 2026 at 9:00 AM\nSubject: Lamp\nTo: <jo@acme.example>\n\n',
  ],
  [
    'Gmail in German, bold',
    '---------- Forwarded message ---------\nVon: *Mia Kern* <mia@client.example>\nDate: Fr., 6. Nov. 2026 um 09:00 Uhr\nSubject: Lamp\nTo: <jo@acme.example>\n\n\n',
  ],
  [
    'Outlook',
    'From: Mia Kern <mia@client.example>\nSent: Friday, November 6, 2026 9:00 AM\nTo: Jo Doe <jo@acme.example>; Sam <sam@acme.example>;\nAnother One <one@acme.example>\nSubject: Lamp\n\n',
  ],
  [
    'Outlook with a rule, mailto',
    '________________________________\nVon: Mia Kern [mailto:mia@client.example]\nGesendet: Freitag, 6. November 2026 09:00\nAn: Jo Doe\nBetreff: Lamp\n\n',
  ],
  [
    'Apple Mail',
    'Begin forwarded message:\n\nFrom: Mia Kern <mia@client.example>\nSubject: Lamp\nDate: 6 November 2026 at 09:00:00 CET\nTo: jo@acme.example\n\n',
  ],
  [
    'Thunderbird',
    '-------- Forwarded Message --------\nSubject: \tLamp\nDate: \tFri, 6 Nov 2026 09:00:00 +0100\nFrom: \tMia Kern <mia@client.example>\nTo: \tjo@acme.example\n\n\n\n',
  ],
];

test.each(plain)('a forward of %s in plain text', (_, head) => {
  const found = readForwardedMessage({ text: `Please help her\nJo\n\n${head}${body}\n`, html: null });
  expect(found).toMatchObject({
    from: mia,
    subject: 'Lamp',
    note: 'Please help her\nJo',
    text: body,
    html: null,
  });
  expect(found!.date).toContain('2026');
});

test.each([
  [
    'eM Client',
    '------ Forwarded Message ------\nFrom "Mia Kern" <mia@client.example>\nTo jo@acme.example\nDate 06/11/2026 09:00:00\nSubject Lamp\n\n',
  ],
  [
    'Yandex',
    '-------- Пересылаемое сообщение --------\n06.11.2026, 09:00, "Mia Kern" <mia@client.example>:\n\n',
  ],
])('a forward of %s names the author without a field', (_, head) => {
  const text = `Please help her\n\n${head}${body}\n`;
  expect(readForwardedMessage({ text, html: null })).toMatchObject({
    from: mia,
    note: 'Please help her',
    text: body,
  });
  const html = text.replaceAll('<', '&lt;').replaceAll('\n', '<br>');
  expect(readForwardedMessage({ text: '', html })).toMatchObject({ from: mia, text: body });
});

test('a forward quoted as a whole is shown without its marks', () => {
  const quoted =
    `Begin forwarded message:\n\nFrom: Mia Kern <mia@client.example>\nSubject: Lamp\nDate: today\nTo: jo@acme.example\n\n${body}`
      .split('\n')
      .map((line) => `> ${line}`.trimEnd());
  const found = readForwardedMessage({ text: `Hi\n\n${quoted.join('\n')}`, html: null });
  expect(found).toMatchObject({ from: mia, note: 'Hi', text: body });
});

test('of HTML the markup of the forwarded message is kept, without note and header', () => {
  const html =
    '<style>p{color:red}</style><div dir="ltr">Please help<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message ---------<br>From: <strong>Mia Kern</strong> <span>&lt;<a href="mailto:mia@client.example">mia@client.example</a>&gt;</span><br>Date: Fri, Nov 6, 2026<br>Subject: Lamp<br>To: &lt;<a href="mailto:jo@acme.example">jo@acme.example</a>&gt;<br></div><br><br><div><p>The <b>lamp</b></p><table><tr><td>1</td><td>broken</td></tr></table></div></div></div>';
  const found = readForwardedMessage({ text: 'no text part', html })!;
  expect(found).toMatchObject({ from: mia, subject: 'Lamp', note: 'Please help' });
  expect(found.html).toContain('<p>The <b>lamp</b></p><table>');
  expect(found.html).toContain('<style>');
  expect(found.html).not.toMatch(/Forwarded|Please help|jo@acme|<br>/);
  expect(found.text).toContain('The lamp');
});

test('an author without an address is named', () => {
  const text = 'From: Mia Kern\nSent: Friday, November 6, 2026 9:00 AM\nTo: Jo Doe\nSubject: Lamp\n\nBroken';
  expect(readForwardedMessage({ text, html: null })).toMatchObject({
    from: { name: 'Mia Kern', address: '' },
    note: '',
    text: 'Broken',
  });
});

test('what forwards nothing has no forwarded message', () => {
  for (const text of [
    '',
    'Hello',
    '---------- Forwarded message ---------\n\nnothing',
    'From: here to there',
  ]) {
    expect(readForwardedMessage({ text, html: null }), text).toBe(null);
  }
});

test('a long message takes no quadratic time', async () => {
  const head = '---------- Forwarded message ---------\nFrom: a@b.example\n';
  for (const text of [
    head + 'To: x@y.example\n\n'.repeat(20_000),
    `${head}${'a@'.repeat(200_000)}`,
    `From: ${'a@'.repeat(200_000)}\nSent: x\nSubject: y\n`,
  ]) {
    const read = () => readForwardedMessage({ text, html: null });
    expect(await leastProcessorTime(read, 1_000), text.slice(0, 80)).toBeLessThan(1_000);
  }
});
