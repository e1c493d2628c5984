import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
beforeAll(async () => {
  fixture = await createHttpFixture();
});
afterAll(() => fixture?.close());

test('only its writer reads the files of a draft', async () => {
  const acme = await fixture.admin();
  const writer = await fixture.person(acme.instanceId, 'agent');
  const colleague = await fixture.person(acme.instanceId, 'admin');
  const [draftId, attachmentId] = [crypto.randomUUID(), crypto.randomUUID()];
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
