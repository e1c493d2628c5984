import { setTimeout as sleep } from 'node:timers/promises';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from './testing/database.ts';
import { type ReadyProxy, startReadyProxy } from './testing/ready-proxy.ts';
import { readLiveStream, signInFirstAdmin, startWebProcess, type WebProcess } from './testing/web-process.ts';

let fixture: TestDatabase;
let proxy: ReadyProxy;
let webs: WebProcess[];
beforeAll(async () => {
  fixture = await openTestDatabase();
  proxy = await startReadyProxy();
  webs = [await start(), await start()];
});
afterAll(async () => {
  await proxy?.close();
  for (const web of webs ?? []) await web.stop();
  await fixture?.close();
});

/** A web process that takes requests by way of the proxy. */
async function start(): Promise<WebProcess> {
  const web = await startWebProcess(fixture.connection, { POSTROOM_DRAIN_SECONDS: '2' });
  await proxy.add(web.address);
  return web;
}

test('while the web processes are restarted in turn no request fails, and no event is lost', async () => {
  const { headers, instancePath } = await signInFirstAdmin(proxy.address);
  const ending = new AbortController();
  let made = 0;
  const failures: string[] = [];

  /** Changes a tag again and again, on connections that stay open. */
  const change = async () => {
    const tag = `${instancePath}/tags/${uuid()}`;
    let method = 'PUT';
    while (!ending.signal.aborted) {
      const answer = await fetch(`${proxy.address}${tag}`, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ name: uuid() }),
      }).catch((error: Error) => error);
      if (answer instanceof Error) failures.push(`${answer.message} ${String(answer.cause)}`);
      else if (answer.status !== 200) failures.push(`${answer.status} ${await answer.text()}`);
      else {
        await answer.arrayBuffer();
        made += 1;
        method = 'PATCH';
      }
      await sleep(5);
    }
  };
  const seen: number[] = [];
  let streams = 0;
  const reading = new AbortController();
  /** As a browser does: the stream is opened again after the last event received. */
  const follow = async () => {
    while (!reading.signal.aborted) {
      streams += 1;
      await readLiveStream(
        `${proxy.address}${instancePath}/events`,
        { headers: { ...headers, 'last-event-id': String(seen.at(-1) ?? 0) }, signal: reading.signal },
        (seq) => seen.push(seq),
      ).catch((error: Error) => {
        if (!reading.signal.aborted) failures.push(`the stream was cut: ${error.message}`);
      });
    }
  };
  const work = [change(), change(), change()];
  const following = follow();

  for (const old of webs) {
    const before = made;
    await expect.poll(() => made, { timeout: 10_000 }).toBeGreaterThan(before + 5);
    await old.stop({ drain: true });
    proxy.remove(old.address);
    webs = [...webs.filter((web) => web !== old), await start()];
  }
  ending.abort();
  await Promise.all(work);
  expect(failures).toEqual([]);
  expect(made).toBeGreaterThan(20);
  await expect.poll(() => seen.length, { timeout: 10_000 }).toBe(made);
  expect(seen).toEqual(Array.from({ length: made }, (_, index) => index + 1));
  expect(streams).toBeGreaterThan(1);
  reading.abort();
  await following;
}, 60_000);
