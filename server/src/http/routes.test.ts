import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { assignRole } from '../instances/instances.ts';
import { createHttpFixture } from '../testing/http-fixture.ts';
import { type RouteCase, routeCases } from '../testing/route-cases.ts';
import { type SeededInstance, seedInstance } from '../testing/seeded-instance.ts';

type Person = Awaited<ReturnType<Awaited<ReturnType<typeof createHttpFixture>>['person']>>;
let fixture: Awaited<ReturnType<typeof createHttpFixture>>;
let people: Record<'admin' | 'agent' | 'outsider' | 'sandboxAdmin' | 'removed', Person>;
/** The instances of `outsider` and `sandboxAdmin`. */
let outside: SeededInstance;
let sandbox: SeededInstance;

beforeAll(async () => {
  const [topic, subscription] = ['projects/test/topics/gmail', 'projects/test/subscriptions/gmail'];
  const push = {
    endpoint: 'https://postroom.example/google/notifications',
    serviceAccount: 'push@test.example',
  };
  // This also registers the route that Pub/Sub pushes to.
  fixture = await createHttpFixture({ notifications: { channel: { topic, subscription }, push } });
  const { instanceId } = await fixture.admin();
  people = {
    admin: await fixture.person(instanceId, 'admin'),
    agent: await fixture.person(instanceId, 'agent'),
    outsider: await fixture.person(instanceId, 'admin'),
    sandboxAdmin: await fixture.person(instanceId, 'agent'),
    removed: await fixture.person(instanceId, 'admin'),
  };
  // They are members of the instances that are seeded for them, and of no other.
  await fixture.needs.deployment.pool.query('delete from membership where user_id = any($1)', [
    [people.outsider.id, people.removed.id],
  ]);
  outside = await seed('outsider', 'outsider', 'outsider');
  sandbox = await seed('sandboxAdmin', 'sandboxAdmin', 'sandboxAdmin');
  await fixture.needs.deployment.pool.query(`update instance set kind = 'sandbox' where id = $1`, [
    sandbox.instanceId,
  ]);
});
afterAll(() => fixture?.close());

/** Seeds a new instance for each call, so that calls do not affect each other. */
async function seed(owner: keyof typeof people, admin: keyof typeof people, agent: keyof typeof people) {
  const { deployment } = fixture.needs;
  const world = await seedInstance(deployment, {
    owner: people[owner].id,
    admin: people[admin].id,
    agent: people[agent].id,
  });
  if (admin === agent) {
    await assignRole(deployment, { instanceId: world.instanceId, userId: people[admin].id, role: 'admin' });
  }
  return world;
}

type Kept = { world: SeededInstance; state: string };
const unchanged = new Map<string, Kept>();

/**
 * Makes calls that must not change the seeded instance. As long as they do not, those of the same `kind` share one, since
 * seeding takes longer than calling; null: they share none. `make` seeds it.
 */
async function withoutChange(
  kind: string | null,
  make: () => Promise<SeededInstance>,
  calls: (world: SeededInstance) => Promise<unknown>,
): Promise<void> {
  const kept = (kind && unchanged.get(kind)) || (await keep(await make()));
  if (kind) unchanged.delete(kind);
  await calls(kept.world);
  expect(await kept.world.state()).toBe(kept.state);
  if (kind) unchanged.set(kind, kept);
}

async function keep(world: SeededInstance): Promise<Kept> {
  const ids = await world.everyId();
  return { world: { ...world, everyId: async () => ids }, state: await world.state() };
}

/** Calls a row's route with the ids of a seeded instance, in that instance or in another. */
async function call(
  row: RouteCase,
  world: SeededInstance,
  who: Person | null,
  instanceId = world.instanceId,
) {
  const method = row.route.split(' ')[0]!;
  const path = row.call.replace(/:(\w+)/g, (_, name) =>
    name === 'instanceId' ? instanceId : world.ids[name]!,
  );
  const body = row.body(world);
  const json = body !== undefined && !Buffer.isBuffer(body);
  const sent = Buffer.isBuffer(body) ? new Uint8Array(body) : body && JSON.stringify(body);
  const leave = new AbortController();
  const answer = await fetch(fixture.address + path, {
    method,
    redirect: 'manual',
    signal: leave.signal,
    headers: {
      origin: fixture.needs.url,
      ...who?.headers,
      ...(body !== undefined && { 'content-type': json ? 'application/json' : 'application/octet-stream' }),
    },
    ...(sent !== undefined && { body: sent }),
  });
  let text = '';
  if (row.stream && answer.ok) {
    const reader = answer.body!.getReader();
    // The first chunk of the stream contains all replayed events.
    for (; !text.includes('\n\n'); ) text += new TextDecoder().decode((await reader.read()).value);
    leave.abort();
  } else text = await answer.text();
  const headers = JSON.stringify([...answer.headers]);
  const code = /^{.*"code":"([^"]+)"/s.exec(text)?.[1] ?? '';
  return { status: answer.status, code, text: text + headers, asked: `${path} ${json ? sent : ''}` };
}

/** Nothing of the seeded instance is in the answer, except what the caller sent. */
async function expectNothingOf(world: SeededInstance, { text, asked }: { text: string; asked: string }) {
  if (!asked.includes(world.marker)) expect(text).not.toContain(world.marker);
  expect((await world.everyId()).filter((id) => text.includes(id) && !asked.includes(id))).toEqual([]);
}

const namesId = ({ route }: RouteCase) => /:(?!instanceId)\w+/.test(route);
/** In an instance of their own, with the ids of the seeded one. */
const statusElsewhere = (row: RouteCase) => row.otherInstanceStatus ?? (namesId(row) ? 404 : row.status);
/** Whoever makes a thing under an id of the seeded instance has one of that id from then on. */
const mayShare = (row: RouteCase) => !namesId(row) || statusElsewhere(row) >= 400;

async function expectNoReach(row: RouteCase, world: SeededInstance, who: Person, own: SeededInstance) {
  const answer = await call(row, world, who, own.instanceId);
  expect(answer).toMatchObject({ status: statusElsewhere(row) });
  // The same person may be a member of both.
  await expectNothingOf(world, { ...answer, text: answer.text.replaceAll(who.id, '') });
}

const methods = (method: string | string[]) => [method].flat();
const isApi = (url: string) => /^\/(api|oauth|google|unsubscribe)(\/|$)/.test(url);

test('the table contains exactly the registered routes', () => {
  const registered = fixture.routes
    .filter(({ url }) => isApi(url))
    .flatMap(({ method, url, config }) => methods(method).map((one) => `${one} ${url} ${config?.access}`))
    // Fastify adds HEAD to each GET.
    .filter((one) => !one.startsWith('HEAD '));
  expect(routeCases.map(({ route, access }) => `${route} ${access}`).sort()).toEqual(registered.sort());
});

test('paths outside the API are the web page, the same for anyone', () => {
  const others = fixture.routes.filter(({ url }) => !isApi(url));
  for (const { method, config } of others) {
    expect(methods(method).every((one) => one === 'GET' || one === 'HEAD')).toBe(true);
    expect(config?.access).toBe('anyone');
  }
});

test('the leak check recognizes markers and ids of another instance', async () => {
  const world = await seed('admin', 'admin', 'agent');
  const page = routeCases.find(
    ({ route }) => route === 'GET /api/instances/:instanceId/conversations/:conversationId',
  );
  const { text } = await call(page!, world, people.admin);
  expect(text).toContain(world.marker);
  expect(await world.everyId()).toEqual(expect.arrayContaining([world.ids.messageId, world.ids.draftId]));
  await expect(expectNothingOf(world, { text, asked: '' })).rejects.toThrow(world.marker);
  const outer = { text: text.replaceAll(world.marker, ''), asked: '' };
  await expect(expectNothingOf(world, outer)).rejects.toThrow('to deeply equal []');
});

const seedForAll = () => seed('admin', 'admin', 'agent');
const seedForAgent = () => seed('agent', 'admin', 'agent');
const seedForSandboxAdmin = async () => {
  const world = await seedForAll();
  const { instanceId } = world;
  await assignRole(fixture.needs.deployment, { instanceId, userId: people.sandboxAdmin.id, role: 'agent' });
  return world;
};
const seedForRemoved = async () => {
  const world = await seed('removed', 'admin', 'agent');
  const { deployment } = fixture.needs;
  const { instanceId } = world;
  await assignRole(deployment, { instanceId, userId: people.removed.id, role: 'admin' });
  await deployment.pool.query(
    'update membership set deactivated_at = now() where instance_id = $1 and user_id = $2',
    [instanceId, people.removed.id],
  );
  return world;
};

describe.each(routeCases)('$route', (row) => {
  // What people do to their own account is noted in each of their instances.
  afterEach(() => {
    if (!row.call.includes(':instanceId')) unchanged.clear();
  });

  test('signed out', () =>
    withoutChange('signed out', seedForAll, async (world) => {
      const answer = await call(row, world, null);
      if (row.access === 'anyone') expect(answer.status).toBe(row.status);
      else expect(answer).toMatchObject({ status: 401, code: 'signed-out' });
      await expectNothingOf(world, answer);
    }));

  test.runIf(row.access !== 'anyone')('an agent', async () => {
    if (row.access !== 'admin') {
      const answer = await call(row, await seedForAgent(), people.agent);
      return expect(answer).toMatchObject({ status: row.agentStatus ?? row.status });
    }
    await withoutChange('agent', seedForAgent, async (world) => {
      const answer = await call(row, world, people.agent);
      expect(answer).toMatchObject({ status: 403, code: 'admins-only' });
      await expectNothingOf(world, answer);
    });
  });

  test.runIf(row.access !== 'anyone')('an admin', async () => {
    const answer = await call(row, await seedForAll(), people.admin);
    expect(answer).toMatchObject({ status: row.status });
    await expectNothingOf(outside, answer);
  });

  test.runIf(row.call.includes(':instanceId'))('an admin of another instance', () =>
    withoutChange(mayShare(row) ? 'outsider' : null, seedForAll, async (world) => {
      const refused = await call(row, world, people.outsider);
      expect(refused).toMatchObject({ status: 403, code: 'not-a-member' });
      await expectNothingOf(world, refused);
      await expectNoReach(row, world, people.outsider, outside);
    }),
  );

  test.runIf(row.call.includes(':instanceId'))('an agent who is the admin of a sandbox', () =>
    withoutChange(mayShare(row) ? 'sandbox admin' : null, seedForSandboxAdmin, async (world) => {
      if (row.access === 'admin') {
        const refused = await call(row, world, people.sandboxAdmin);
        expect(refused).toMatchObject({ status: 403, code: 'admins-only' });
        await expectNothingOf(world, refused);
      }
      await expectNoReach(row, world, people.sandboxAdmin, sandbox);
    }),
  );

  test.runIf(row.access !== 'anyone')('a removed member whose session still exists', () =>
    withoutChange('removed', seedForRemoved, async (world) => {
      const answer = await call(row, world, people.removed);
      if (row.access === 'user') expect(answer).toMatchObject({ status: row.agentStatus ?? row.status });
      else expect(answer).toMatchObject({ status: 403, code: 'not-a-member' });
      await expectNothingOf(world, answer);
    }),
  );
});
