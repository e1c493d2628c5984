import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { routeCases } from '../testing/route-cases.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
type Person = Awaited<ReturnType<typeof fixture.person>>;
let admin: Person;
let agent: Person;
let world: SeededInstance;
beforeAll(async () => {
  fixture = await createHttpFixture();
  const { instanceId } = await fixture.admin();
  admin = await fixture.person(instanceId, 'admin');
  agent = await fixture.person(instanceId, 'agent');
  world = await seedInstance(fixture.needs.deployment, { owner: admin.id, admin: admin.id, agent: agent.id });
});
afterAll(() => fixture?.close());

const get = (path: string, headers: Record<string, string> = admin.headers) => {
  const url = path.replace(/:(\w+)/g, (_, name) =>
    name === 'instanceId' ? world.instanceId : world.ids[name]!,
  );
  return fixture.app.inject({ url, headers });
};

const reading = routeCases.filter(
  ({ route, stream }) => route.startsWith('GET ') && !stream && !route.includes('/google/'),
);
test.each(reading)('$route is stored nowhere, or revalidated', async ({ call }) => {
  const { headers } = await get(call);
  expect(headers['cache-control']).toMatch(/^(no-store|private, no-cache)$/);
});

test('an attachment is revalidated, until it is deleted', async () => {
  const path = '/api/instances/:instanceId/attachments/:attachmentId';
  const first = await get(path);
  expect(first.statusCode).toBe(200);
  const again = { ...admin.headers, 'if-none-match': first.headers.etag as string };
  expect(await get(path, again)).toMatchObject({ statusCode: 304, body: '' });
  const { instanceId, ids } = world;
  await fixture.inInstance(instanceId, (tx) =>
    tx.sql.deleteFrom('attachment').where('id', '=', ids.attachmentId!).execute(),
  );
  expect((await get(path, again)).statusCode).toBe(404);
});
