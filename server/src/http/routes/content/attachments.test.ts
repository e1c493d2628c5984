import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

const draft = {
  version: 0,
  kind: 'new',
  conversationId: null,
  subject: '',
  html: '',
  to: [],
  cc: [],
  bcc: [],
  mailboxId: null,
};

test('only its writer reads the files of a draft', async () => {
  const acme = await fixture.admin();
  const writer = await fixture.person(acme.instanceId, 'agent');
  const colleague = await fixture.person(acme.instanceId, 'admin');
  const [draftId, attachmentId] = [crypto.randomUUID(), crypto.randomUUID()];
  expect((await writer.call('PUT', `/drafts/${draftId}`, draft)).status).toBe(200);
  const inner = Buffer.from('Subject: Salaries\r\n\r\nConfidential\r\n');
  const file = `/drafts/${draftId}/attachments/${attachmentId}?filename=a.eml&mediaType=message/rfc822`;
  expect((await writer.upload(file, inner)).status).toBe(200);
  for (const path of ['', '/text', '/message']) {
    const url = `/api/instances/${acme.instanceId}/attachments/${attachmentId}${path}`;
    const as = async ({ headers }: typeof writer) => (await fixture.app.inject({ url, headers })).statusCode;
    expect([path, await as(writer), await as(colleague)]).toEqual([path, 200, 404]);
  }
});

test.each([
  ['page.html', 'text/html', 'application/octet-stream', 'attachment', "default-src 'none'; sandbox"],
  ['drawing.svg', 'image/svg+xml', 'application/octet-stream', 'attachment', "default-src 'none'; sandbox"],
  [
    'page.xhtml',
    'application/xhtml+xml',
    'application/octet-stream',
    'attachment',
    "default-src 'none'; sandbox",
  ],
  ['paper.pdf', 'application/pdf', 'application/pdf', 'inline', "default-src 'none'"],
])('%s (%s) runs nothing when its address is opened', async (filename, given, type, disposition, policy) => {
  const { instanceId } = await fixture.admin();
  const writer = await fixture.person(instanceId, 'agent');
  const [draftId, attachmentId] = [crypto.randomUUID(), crypto.randomUUID()];
  await writer.call('PUT', `/drafts/${draftId}`, draft);
  const bytes = Buffer.from(given === 'application/pdf' ? '%PDF-1.4' : '<script>alert(1)</script>');
  const query = new URLSearchParams({ filename, mediaType: given });
  const path = `/drafts/${draftId}/attachments/${attachmentId}?${query}`;
  expect((await writer.upload(path, bytes)).status).toBe(200);
  const { headers } = await fixture.app.inject({
    url: `/api/instances/${instanceId}/attachments/${attachmentId}`,
    headers: writer.headers,
  });
  expect(headers['content-type']).toBe(type);
  expect(headers['content-disposition']).toMatch(new RegExp(`^${disposition};`));
  expect(headers['content-security-policy']).toBe(policy);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

/** The browser decodes what is said to be encoded: an archive would be saved unpacked, or not at all. */
test.each([
  ['an archive of gzip', gzipSync(randomBytes(8_192))],
  ['a stream of zlib', Buffer.concat([Buffer.from([0x78, 0x9c]), randomBytes(8_192)])],
  ['a text that begins like one of zlib', Buffer.from(`(See below)${' and so on'.repeat(1_000)}`)],
])('%s is downloaded as it is stored', async (_, bytes) => {
  const { instanceId } = await fixture.admin();
  const writer = await fixture.person(instanceId, 'agent');
  const [draftId, attachmentId] = [crypto.randomUUID(), crypto.randomUUID()];
  await writer.call('PUT', `/drafts/${draftId}`, draft);
  const path = `/drafts/${draftId}/attachments/${attachmentId}?filename=a&mediaType=text/plain`;
  expect((await writer.upload(path, bytes)).status).toBe(200);
  for (const accepted of ['br', 'gzip']) {
    const answer = await fixture.app.inject({
      url: `/api/instances/${instanceId}/attachments/${attachmentId}`,
      headers: { ...writer.headers, 'accept-encoding': accepted },
    });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.rawPayload.equals(bytes)).toBe(true);
  }
});
