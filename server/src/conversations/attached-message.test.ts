import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInboxFixture } from '../testing/inbox-fixture.ts';
import { openAttachedMessageReader } from './attached-message.ts';
import { openFileAt } from './files.ts';
import { readInAttachedMessage } from './read-attached-message.ts';
import { timelineMessage } from './timeline.ts';

const part = (fields: string, body: string) => `--b\r\n${fields}\r\n\r\n${body}\r\n`;
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\r\n');
const deepest = 'Subject: deepest\r\n\r\nDeepest words';
const inner = [
  'From: Ida <ida@far.example>\r\nTo: x@far.example\r\nSubject: =?utf-8?Q?K=C3=BChler?=',
  'Date: Tue, 3 Mar 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
  `${part('Content-Type: text/html; charset=utf-8', '<p>It drips</p>')}${part('Content-Type: text/csv; charset=koi8-r; name=a.csv', '\xf0\xd2')}${part(
    'Content-Type: application/octet-stream; name=deep.eml\r\nContent-Transfer-Encoding: base64',
    base64(deepest),
  )}--b--`,
].join('\r\n');

let fixture: Awaited<ReturnType<typeof createInboxFixture>>;
const reader = openAttachedMessageReader();
beforeAll(async () => {
  fixture = await createInboxFixture();
});
afterAll(async () => {
  await reader.close();
  await fixture?.close();
});

test('an attached message opens with its fields, its text and its files', async () => {
  const raw = Buffer.from(inner, 'latin1');
  expect(await reader.message(raw, [])).toMatchObject({
    from: { name: 'Ida', address: 'ida@far.example' },
    subject: 'Kühler',
    date: new Date('2026-03-03T08:15:00Z'),
    text: 'It drips',
    html: '<p>It drips</p>',
    attachments: [
      { filename: 'a.csv', mediaType: 'text/csv', size: 2 },
      { filename: 'deep.eml', mediaType: 'message/rfc822' },
    ],
  });
  expect(await reader.message(raw, [1])).toMatchObject({ subject: 'deepest', text: 'Deepest words' });
  expect(await reader.file(raw, [0])).toMatchObject({ filename: 'a.csv', charset: 'koi8-r' });
  for (const path of [[2], [0, 0], [1, 0], [-1]]) expect(await reader.file(raw, path)).toBeNull();
  expect(await reader.message(raw, [0])).toBeNull();
});

test('an empty message is none, and its header has no fields', async () => {
  expect(await reader.headers(Buffer.from('Subject: =?utf-8?Q?K=C3=BChler?=\r\n\r\nx'))).toEqual([
    { name: 'Subject', value: 'Kühler' },
  ]);
  expect(await reader.headers(Buffer.alloc(0))).toEqual([]);
  expect(await readInAttachedMessage({ raw: Buffer.alloc(0), path: [], kind: 'message' })).toBeNull();
});

test('a file in a stored attached message is found by its path', async () => {
  await fixture.receive({
    subject: 'Attached',
    fields: { 'MIME-Version': '1.0', 'Content-Type': 'multipart/mixed; boundary=o' },
    body: `--o\r\n\r\nSee there\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(inner, 'latin1').toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--o--`,
  });
  const message = (await fixture.messages('Attached'))[0]!;
  const shown = await fixture.read((tx) => timelineMessage(tx, message.id));
  const { id } = shown!.attachments[0]!;
  const { database } = fixture.needs;
  const user = { id: randomUUID() };
  const open = (path: number[]) =>
    openFileAt({ database, attachedMessages: reader }, { instanceId: fixture.instanceId, user }, id, path);
  expect(await open([])).toMatchObject({ filename: 'Kühler.eml', mediaType: 'message/rfc822' });
  expect(await open([1])).toMatchObject({ filename: 'deep.eml', mediaType: 'message/rfc822' });
  expect(await open([7])).toBeNull();
});
