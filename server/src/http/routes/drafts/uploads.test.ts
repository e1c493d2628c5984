import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attach } from '../../../drafts/attachments.ts';
import type { draftFileLimits } from '../../../drafts/draft-file-limits.ts';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
const megabyte = 1024 * 1024;
let fixture: Fixture;
let person: Awaited<ReturnType<Fixture['person']>>;
let instanceId: string;

beforeAll(async () => {
  fixture = await createHttpFixture({
    bounds: { uploadsUnderWay: 30, uploadsUnderWayPerUser: 20, storedAtOnce: 2 * megabyte },
  });
  ({ instanceId } = await fixture.admin());
  person = await fixture.person(instanceId, 'agent');
});
afterAll(() => fixture.close());

async function createDraft(): Promise<string> {
  const draftId = uuid();
  const empty = { to: [], cc: [], bcc: [], subject: '', html: '', conversationId: null, mailboxId: null };
  const saved = await person.call('PUT', `/drafts/${draftId}`, { version: 0, kind: 'new', ...empty });
  expect(saved.status).toBe(200);
  return draftId;
}
const filePath = (draftId: string) =>
  `/api/instances/${instanceId}/drafts/${draftId}/attachments/${uuid()}?filename=file.bin`;
const upload = (where: string, body: NonNullable<RequestInit['body']>) =>
  fetch(`${fixture.address}${where}`, {
    method: 'PUT',
    headers: { ...person.headers, 'content-type': 'application/octet-stream' },
    body,
    duplex: 'half',
  } as RequestInit);

test('20 parallel uploads are stored as they were sent, few of them in memory at once', async () => {
  const files = Array.from({ length: 20 }, () => randomBytes(megabyte));
  const drafts = await Promise.all(files.map(createDraft));
  const answers = await Promise.all(files.map((bytes, index) => upload(filePath(drafts[index]!), bytes)));
  expect(answers.map(({ status }) => status)).toEqual(files.map(() => 200));
  for (const [index, answer] of answers.entries()) {
    const { attachment } = (await answer.json()) as { attachment: { id: string; size: number } };
    expect(attachment.size).toBe(megabyte);
    const stored = await fetch(
      `${fixture.address}/api/instances/${instanceId}/attachments/${attachment.id}`,
      {
        headers: person.headers,
      },
    );
    expect(Buffer.from(await stored.arrayBuffer()).equals(files[index]!)).toBe(true);
  }
});

test('a file that is larger than it may be is refused, whether or not it says so', async () => {
  const draftId = await createDraft();
  const announced = await upload(filePath(draftId), Buffer.alloc(25 * megabyte + 1));
  const chunked = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(megabyte));
    },
  });
  const unannounced = await upload(filePath(draftId), chunked).catch(() => null);
  expect(announced.status).toBe(413);
  // A client that never stops sending may see the connection closed instead.
  if (unannounced) expect(unannounced.status).toBe(413);
  expect(
    (await person.call('GET', '/drafts')).body.drafts.find(({ id }: { id: string }) => id === draftId)
      .attachments,
  ).toEqual([]);
});

test('a user has a bounded number of uploads under way', async () => {
  const draftId = await createDraft();
  const { hostname, port } = new URL(fixture.address);
  const beginSlowUpload = () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.write(
      `PUT ${filePath(draftId)} HTTP/1.1\r\nHost: localhost\r\nCookie: ${person.headers.cookie}\r\nOrigin: ${person.headers.origin}\r\n` +
        'Content-Type: application/octet-stream\r\nContent-Length: 100000\r\n\r\nx',
    );
    return socket;
  };
  const slow: Socket[] = Array.from({ length: 19 }, beginSlowUpload);
  // One more each time: those that come while the other upload is under way are refused in its place.
  await expect
    .poll(async () => {
      slow.push(beginSlowUpload());
      return (await upload(filePath(draftId), 'x')).status;
    })
    .toBe(503);
  const refused = await upload(filePath(draftId), 'x');
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ code: 'too-many-uploads' });
  for (const socket of slow) socket.destroy();
  await expect.poll(async () => (await upload(filePath(draftId), 'x')).status).toBe(200);
});

test('the files of all drafts of a user, and of all of an instance, are bounded', async () => {
  const colleague = await fixture.person(instanceId, 'agent');
  const other = await fixture.person(instanceId, 'agent');
  const attachTo = async (of: typeof person, size: number, limits: typeof draftFileLimits) => {
    const draftId = uuid();
    const empty = { to: [], cc: [], bcc: [], subject: '', html: '', conversationId: null, mailboxId: null };
    await of.call('PUT', `/drafts/${draftId}`, { version: 0, kind: 'new', ...empty });
    const bytes = Buffer.alloc(size, draftId);
    const file = { id: uuid(), filename: 'a.bin', mediaType: 'text/plain', inline: false, bytes };
    return fixture
      .inInstance(instanceId, (tx) => attach(tx, { draftId, userId: of.id }, file, limits))
      .then(
        () => 'attached',
        ({ problem }) => problem.code,
      );
  };
  const held = await fixture.inInstance(instanceId, (tx) =>
    tx.sql
      .selectFrom('attachment')
      .where('draftId', 'is not', null)
      .select((eb) => eb.fn.countAll<number>().as('files'))
      .executeTakeFirstOrThrow(),
  );
  const some = { files: 1_000, megabytes: 1_000 };
  const byCount = { ofUser: { files: 2, megabytes: 1_000 }, ofInstance: some };
  expect(await attachTo(colleague, 10, byCount)).toBe('attached');
  expect(await attachTo(colleague, 10, byCount)).toBe('attached');
  expect(await attachTo(colleague, 10, byCount)).toBe('too-many-draft-files');
  const bySize = { ofUser: { files: 1_000, megabytes: 1 }, ofInstance: some };
  expect(await attachTo(other, 1_000_000, bySize)).toBe('attached');
  expect(await attachTo(other, 1_000_000, bySize)).toBe('too-many-draft-files');
  const ofInstance = { files: held.files + 3, megabytes: 1_000 };
  expect(await attachTo(other, 10, { ofUser: some, ofInstance })).toBe('too-many-draft-files-here');
});
