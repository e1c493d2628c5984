import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
const lines: string[] = [];
beforeAll(async () => {
  const log = createLog('info', { destination: { write: (line) => void lines.push(line) } });
  fixture = await createHttpFixture({ log });
});
afterAll(() => fixture?.close());

test('a request is one line with its route and ids, and without path, address or content', async () => {
  const { instanceId } = await fixture.admin();
  const admin = await fixture.person(instanceId, 'admin');
  lines.length = 0;
  await admin.call('GET', '/drafts?query=secret-word');
  await admin.call('POST', '/drafts', { subject: 'secret-subject' });
  await expect.poll(() => lines.length).toBe(2);
  const [search, refused] = lines.map((line) => JSON.parse(line));
  expect(search).toMatchObject({
    level: 30,
    pid: process.pid,
    msg: 'request',
    method: 'GET',
    route: '/api/instances/:instanceId/drafts',
    userId: admin.id,
    instanceId,
  });
  expect(search.ms).toBeGreaterThan(0);
  expect(refused).toMatchObject({ method: 'POST' });
  expect(lines.join('')).not.toMatch(/secret|127\.0\.0\.1|@/);
});

test.each(['GET', 'HEAD'] as const)(
  '%s of a page is answered, and logged without its path',
  async (method) => {
    lines.length = 0;
    const answer = await fixture.app.inject({ method, url: '/acme/inbox/open?filter=secret' });
    // 404 with a problem where the page is not built.
    expect(answer.headers['content-type']).toMatch(/text\/html|problem\+json/);
    await expect.poll(() => lines.length).toBe(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ route: '(page)', method });
    expect(lines[0]).not.toContain('secret');
  },
);
