import { expect, test } from 'vitest';
import { restWatch } from './free-memory.ts';

test('memory is returned at rest, and again when the heap has grown', async () => {
  const now = { used: 0, heapSize: 200, collected: 0 };
  const watch = restWatch(
    {
      used: () => now.used,
      heapSize: () => now.heapSize,
      async collect() {
        now.used += 200_000;
        now.collected += 1;
        now.heapSize = 60;
      },
    },
    1_000,
  );
  const turn = async (spentMs: number, heapSize = now.heapSize) => {
    now.used += spentMs * 1_000;
    now.heapSize = heapSize;
    await watch();
    return now.collected;
  };
  expect(await turn(500)).toBe(0); // busy
  expect(await turn(50)).toBe(1);
  expect(await turn(50)).toBe(1); // nothing to return; the collection itself is no work
  expect(await turn(50, 200)).toBe(1); // so soon after the last
  for (let n = 0; n < 15; n += 1) expect(await turn(50, 70)).toBe(1);
  expect(await turn(500, 200)).toBe(1);
  expect(await turn(50)).toBe(2);
});
