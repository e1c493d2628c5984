import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttpFixture } from '../../../testing/http-fixture.ts';

const asked: string[] = [];
const elsewhere = createServer((request, response) => {
  asked.push(request.url!);
  const mediaType = request.url === '/logo.png' ? 'image/png' : 'image/svg+xml';
  response.writeHead(200, { 'content-type': mediaType }).end('picture');
});
let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let instanceId: string;
let port: number;

beforeAll(async () => {
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  port = (elsewhere.address() as AddressInfo).port;
  fixture = await createHttpFixture({
    bounds: { previewImagesPerUser: 2 },
    imageNetwork: {
      lookup: async (host) => [host === 'pictures.example' ? '127.0.0.1' : '10.0.0.1'],
      isAllowed: (ip) => ip === '127.0.0.1',
      ports: [port],
    },
  });
  ({ instanceId } = await fixture.admin());
});
beforeEach(() => {
  asked.length = 0;
});
afterAll(async () => {
  await fixture?.close();
  elsewhere.close();
});

const preview = ({ headers }: { headers: object }, address: string, more: object = {}) =>
  fixture.app.inject({
    url: `/api/instances/${instanceId}/preview-images?url=${encodeURIComponent(address)}`,
    headers: { ...headers, ...more },
  });

test('an admin sees a remote image of a preview, and the browser keeps it', async () => {
  const admin = await fixture.person(instanceId, 'admin');
  const first = await preview(admin, `http://pictures.example:${port}/logo.png`);
  expect(first).toMatchObject({ statusCode: 200, body: 'picture' });
  expect(first.headers).toMatchObject({
    'content-type': 'image/png',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
  });
  const again = await preview(admin, `http://pictures.example:${port}/logo.png`, {
    'if-none-match': first.headers.etag,
  });
  // The test may run at the moment at which an image is fetched again.
  expect([200, 304]).toContain(again.statusCode);
  expect(asked).toEqual(again.statusCode === 304 ? ['/logo.png'] : ['/logo.png', '/logo.png']);
});

test('what is no image that browsers show without running it, and addresses inside, are refused', async () => {
  const admin = await fixture.person(instanceId, 'admin');
  for (const address of [
    `http://pictures.example:${port}/drawing`,
    `http://inside.example:${port}/logo.png`,
  ]) {
    const answer = await preview(admin, address);
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers.etag).toBeUndefined();
  }
  expect(asked).toEqual(['/drawing']);
});

test('agents see no previews, so no image is fetched for them', async () => {
  const agent = await fixture.person(instanceId, 'agent');
  expect((await preview(agent, `http://pictures.example:${port}/logo.png`)).statusCode).toBe(403);
  expect(asked).toEqual([]);
});

test('how many images a user may have fetched is limited', async () => {
  const admin = await fixture.person(instanceId, 'admin');
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1)
    statuses.push((await preview(admin, `http://pictures.example:${port}/logo.png`)).statusCode);
  expect(statuses).toEqual([200, 200, 429]);
  expect(asked).toHaveLength(2);
  const other = await fixture.person(instanceId, 'admin');
  expect((await preview(other, `http://pictures.example:${port}/logo.png`)).statusCode).toBe(200);
});

test('the page itself loads pictures and fonts from this server only', async () => {
  const { headers } = await fixture.app.inject('/api/openapi.json');
  const policy = String(headers['content-security-policy']).split(';');
  expect(policy).toContain("img-src 'self' data: blob:");
  expect(policy).toContain("font-src 'self' data:");
});
