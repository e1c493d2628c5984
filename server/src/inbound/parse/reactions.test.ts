import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailFlowFixture, only } from '../../testing/mail-flow-fixture.ts';
import { parseMessage } from './parse-message.ts';

let fixture: Awaited<ReturnType<typeof createMailFlowFixture>>;
beforeAll(async () => {
  fixture = await createMailFlowFixture();
});
afterAll(() => fixture?.close());

const partType = 'text/vnd.google.email-reaction+json';
const json = '{"emoji":"🎉","version":1}';
const inReplyTo = 'In-Reply-To: <answer@acme.example>';

/** A reaction as Gmail sends it: for other programs as text and HTML too. */
function reaction({
  headers = [inReplyTo],
  text = '🎉\r\n\r\nNora reacted via Gmail',
  part = json,
  partHeaders = [`Content-Type: ${partType}; charset=utf-8`],
  more = [] as string[],
} = {}): string {
  return [
    'From: Nora <nora@far.example>',
    'To: support@acme.example',
    'Subject: Re: Invoice',
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--b',
    ...partHeaders,
    '',
    part,
    ...more,
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>🎉</p><p>Nora reacted via Gmail</p>',
    '--b--',
  ].join('\r\n');
}
const parse = (raw: string) => parseMessage(Buffer.from(raw));

test.each([
  ['as Gmail sends it', reaction(), '🎉'],
  [
    'in base64',
    reaction({
      partHeaders: [`Content-Type: ${partType}`, 'Content-Transfer-Encoding: base64'],
      part: Buffer.from(json).toString('base64'),
    }),
    '🎉',
  ],
  [
    'with nothing else',
    `From: n@far.example\r\n${inReplyTo}\r\nContent-Type: ${partType}; charset=utf-8\r\n\r\n${json}`,
    '🎉',
  ],
  ['of several code points', reaction({ part: '{"emoji":"👩🏽‍🚀","version":1}' }), '👩🏽‍🚀'],
])('a reaction %s is its emoji and no file', async (_, raw, emoji) => {
  expect(await parse(raw)).toMatchObject({ reaction: emoji, automatic: true, attachments: [] });
});

test.each([
  ['to no message', reaction({ headers: [] })],
  ['of another version', reaction({ part: '{"emoji":"🎉","version":2}' })],
  ['of words', reaction({ part: '{"emoji":"No!","version":1}' })],
  ['that is no JSON', reaction({ part: '🎉' })],
  ['with words of its own', reaction({ text: `🎉\r\n\r\n${'I still wait for my order. '.repeat(20)}` })],
  [
    'as an attachment',
    reaction({ partHeaders: [`Content-Type: ${partType}`, 'Content-Disposition: attachment'] }),
  ],
  [
    'with a file',
    reaction({ more: ['--b', 'Content-Type: application/pdf; name=order.pdf', '', '%PDF-1.4'] }),
  ],
])('a reaction %s is an ordinary message, and its part a file', async (_, raw) => {
  const { reaction: emoji, automatic, attachments } = await parse(raw);
  expect({ emoji, automatic }).toEqual({ emoji: null, automatic: false });
  expect(attachments.some(({ mediaType }) => mediaType === partType)).toBe(true);
});

test('a reaction is stored in its conversation and reopens nothing', async () => {
  fixture.arrive({ Subject: 'Invoice', 'Message-ID': '<invoice@far.example>' });
  await fixture.sync();
  await fixture.read((tx) => tx.sql.updateTable('conversation').set({ status: 'done' }).execute());
  const [head, body] = reaction({ headers: ['In-Reply-To: <invoice@far.example>'] }).split(/\r\n\r\n(.*)/s);
  const fields = Object.fromEntries(head!.split('\r\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
  fixture.arrive(fields, body);
  await fixture.sync();
  const stored = await fixture.read((tx) =>
    tx.sql.selectFrom('message').where('reaction', 'is not', null).selectAll().execute(),
  );
  expect(only(stored)).toMatchObject({ reaction: '🎉', direction: 'inbound' });
  const conversation = only(
    await fixture.read((tx) => tx.sql.selectFrom('conversation').selectAll().execute()),
  );
  expect(conversation).toMatchObject({ id: stored[0]!.conversationId, status: 'done', snippet: 'Hello' });
});
