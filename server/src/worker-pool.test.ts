import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inOwnMemory } from './own-memory.ts';
import { openWorkerPool } from './worker-pool.ts';

/** Waits for so many milliseconds, and says in which thread. */
const waiting = `
  import { threadId } from 'node:worker_threads';
  const lock = new Int32Array(new SharedArrayBuffer(4));
  export function wait(milliseconds) { Atomics.wait(lock, 0, 0, milliseconds); return threadId; }`;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'worker-pool-'));
  await writeFile(path.join(directory, 'waiting.mjs'), waiting);
});
afterAll(() => rm(directory, { recursive: true }));

function openWaiting() {
  return openWorkerPool<number, number>({
    filename: pathToFileURL(path.join(directory, 'waiting.mjs')).href,
    name: 'wait',
    deadlineMs: 20_000,
    memoryMb: 64,
    idleTimeoutMs: Number.POSITIVE_INFINITY,
  });
}

test('short tasks take turns in one thread', async () => {
  const pool = openWaiting();
  const threads = await Promise.all(Array.from({ length: 200 }, () => pool.run(0)));
  expect(new Set(threads).size).toBe(1);
  await pool.close();
});

test('others do not wait for a task that takes long', async () => {
  const pool = openWaiting();
  const order: string[] = [];
  const long = expect(pool.run(10_000).then(() => order.push('long'))).rejects.toThrow();
  const short = Array.from({ length: 5 }, () => pool.run(0).then(() => order.push('short')));
  await Promise.all(short);
  expect(order).toEqual(Array(5).fill('short'));
  await pool.close();
  await long;
}, 30_000);

test('a view of shared memory is copied, and what has its own is not', () => {
  const pooled = Buffer.from('a small buffer');
  const own = inOwnMemory(pooled);
  expect(Buffer.from(own).equals(pooled)).toBe(true);
  expect(own.buffer.byteLength).toBe(pooled.length);
  expect(inOwnMemory(own)).toBe(own);
});
