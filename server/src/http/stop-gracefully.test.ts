import http from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { createHttpFixture } from '../testing/http-fixture.ts';

type Fixture = Awaited<ReturnType<typeof createHttpFixture>>;
let fixture: Fixture;
let person: Awaited<ReturnType<Fixture['person']>>;
let instanceId: string;
const agent = new http.Agent({ keepAlive: true });
let unlock: (() => Promise<void>) | null = null;

async function start(stopMs: number) {
  fixture = await createHttpFixture({ bounds: { stopMs } });
  ({ instanceId } = await fixture.admin());
  person = await fixture.person(instanceId, 'agent');
}
afterEach(async () => {
  await unlock?.();
  unlock = null;
  agent.destroy();
  await fixture.close();
});

/** Requests the user's drafts on a connection that stays open. */
function get(path = '/drafts'): Promise<number> {
  return new Promise((resolve, reject) => {
    http
      .get(
        `${fixture.address}/api/instances/${instanceId}${path}`,
        { agent, headers: person.headers },
        (res) => {
          res.on('end', () => resolve(res.statusCode!)).resume();
        },
      )
      .on('error', reject);
  });
}

/** Makes every request for drafts wait, and resolves when `count` of them do. */
async function holdDrafts() {
  const client = await fixture.needs.deployment.pool.connect();
  await client.query('begin; lock table draft in access exclusive mode');
  unlock = async () => {
    unlock = null;
    await client.query('rollback');
    client.release();
  };
  return {
    untilWaiting: (count: number) =>
      expect
        .poll(async () => {
          const { rows } = await client.query(
            `select count(*)::int as waiting from pg_locks where not granted and relation = 'draft'::regclass`,
          );
          return rows[0].waiting;
        })
        .toBeGreaterThanOrEqual(count),
    release: unlock,
  };
}

test('30 requests under way are all answered when the server stops', async () => {
  await start(60_000);
  fixture.pause.close(); // reads every second, which is counted below
  await get(); // leaves an idle connection, which must not delay the stop
  const held = await holdDrafts();
  const answers = Array.from({ length: 30 }, () => get());
  // The pool has 20 connections, and the test uses one.
  await held.untilWaiting(19);
  await expect.poll(() => fixture.needs.deployment.pool.waitingCount).toBe(11);
  const closed = fixture.app.close();
  await held.release();
  expect(await Promise.all(answers)).toEqual(Array.from({ length: 30 }, () => 200));
  await closed; // within the time of a test, so neither the bound nor the keep-alive time was waited for
});

test('a live stream ends when the server stops, and does not delay it', async () => {
  await start(60_000);
  const answer = await fetch(`${fixture.address}/api/instances/${instanceId}/events`, {
    headers: person.headers,
  });
  await fixture.app.close();
  expect(await answer.text()).toContain('event: hello');
});

test('a request that does not end is cut after its time', async () => {
  await start(500);
  const held = await holdDrafts();
  const answer = get();
  answer.catch(() => {});
  await held.untilWaiting(1);
  await fixture.app.close();
  await expect(answer).rejects.toThrow('socket hang up');
});
