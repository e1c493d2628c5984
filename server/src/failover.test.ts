import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from './database/connect.ts';
import {
  hasPostgres15,
  type ReplicatedPostgres,
  startReplicatedPostgres,
} from './testing/replicated-postgres.ts';
import { readLiveStream, signInFirstAdmin, startWebProcess, type WebProcess } from './testing/web-process.ts';

describe.runIf(hasPostgres15)('a primary dies, and its synchronous standby is promoted', () => {
  let postgres: ReplicatedPostgres;
  let processes: WebProcess[];
  beforeAll(async () => {
    postgres = await startReplicatedPostgres();
    processes = [
      await startWebProcess(postgres.connection),
      await startWebProcess(postgres.connection, { POSTROOM_ROLE: 'all' }),
    ];
  }, 60_000);
  afterAll(async () => {
    for (const each of processes ?? []) await each.stop();
    await postgres?.stop();
  });

  test('what was confirmed is there, once, and events go on without a gap', async () => {
    const [one, other] = processes.map(({ address }) => address);
    const { headers, instancePath } = await signInFirstAdmin(one!);
    const ending = new AbortController();
    const confirmed: string[] = [];
    const asked: string[] = [];
    const failures = new Set<number>();

    /** As a client does that got no answer: asks again for the same, which has an id of its own. */
    const write = async (address: string) => {
      while (!ending.signal.aborted) {
        const id = uuid();
        asked.push(id);
        for (;;) {
          const answer = await fetch(`${address}${instancePath}/tags/${id}`, {
            method: 'PUT',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify({ name: id }),
          });
          await answer.arrayBuffer();
          if (answer.status === 200) break;
          failures.add(answer.status);
          await sleep(100);
        }
        confirmed.push(id);
        await sleep(5);
      }
    };
    const seen: number[] = [];
    const reading = new AbortController();
    const follow = async () => {
      while (!reading.signal.aborted) {
        await readLiveStream(
          `${other}${instancePath}/events`,
          { headers: { ...headers, 'last-event-id': String(seen.at(-1) ?? 0) }, signal: reading.signal },
          (seq) => seen.push(seq),
        ).catch(() => {});
        await sleep(50);
      }
    };
    const writers = [one!, one!, other!, other!].map(write);
    const following = follow();
    await expect.poll(() => confirmed.length, { timeout: 20_000 }).toBeGreaterThan(20);
    await postgres.failOver();
    const before = confirmed.length;
    await expect.poll(() => confirmed.length, { timeout: 30_000 }).toBeGreaterThan(before + 20);
    ending.abort();
    await Promise.all(writers);

    // Nothing but “the database is away”, for as long as it was.
    expect([...failures].filter((status) => status !== 503)).toEqual([]);
    const deployment = connect(postgres.connection);
    const { rows: tags } = await deployment.pool.query<{ id: string }>('select id from tag order by id');
    expect(tags.map(({ id }) => id)).toEqual(confirmed.toSorted());
    expect(asked.toSorted()).toEqual(confirmed.toSorted());
    const { rows: events } = await deployment.pool.query<{ tag: string; seq: number }>(
      `select data->>'tagId' as tag, seq from event where type = 'tag.changed' order by seq`,
    );
    expect(events.map(({ tag }) => tag).toSorted()).toEqual(confirmed.toSorted());
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(events.length);
    expect(seen).toEqual(events.map(({ seq }) => seq));
    expect(seen).toEqual(seen.map((_, index) => index + 1));
    reading.abort();
    await following;
    await deployment.pool.end();
  }, 120_000);
});
