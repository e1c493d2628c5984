import { Session } from 'node:inspector/promises';
import { getHeapStatistics } from 'node:v8';

type Parts = {
  /** Processor time of this process so far, in microseconds. */
  used(): number;
  /** What V8 has taken from the system, in bytes. */
  heapSize(): number;
  collect(): Promise<void>;
};

const thisProcess: Parts = {
  used() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  heapSize: () => getHeapStatistics().total_heap_size,
  async collect() {
    const session = new Session();
    session.connect();
    try {
      await session.post('HeapProfiler.collectGarbage');
    } finally {
      session.disconnect();
    }
  },
};

const everyMs = 20_000;
/** A process that uses less of a processor than this is at rest. */
const busyShare = 0.1;
/** It is freed again when the heap has grown by this factor, and not before so many turns have passed. */
const growth = 1.3;
const turnsBetween = 15;

/**
 * V8 keeps the memory that a start or a burst of mail took: at rest it has nothing to collect, and what it keeps for new
 * objects alone is 50 MB. A collection as before running out of memory returns it (HeapProfiler.collectGarbage,
 * https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/). It takes about 0.1 s, so it is done at rest only, and
 * every five minutes at most: to look at thousands of quiet mailboxes takes little time and makes the heap grow.
 */
export function freeMemoryAtRest(): void {
  setInterval(restWatch(thisProcess, everyMs), everyMs).unref();
}

/** Returns what is called every `periodMs`: it collects if little was done since, and there is something to return. */
export function restWatch({ used, heapSize, collect }: Parts, periodMs: number): () => Promise<void> {
  let usedBefore = used();
  let sizeAfter = 0;
  let turnsLeft = 0;
  return async () => {
    const spent = (used() - usedBefore) / 1_000;
    usedBefore = used();
    turnsLeft -= 1;
    if (turnsLeft > 0 || spent > busyShare * periodMs || heapSize() < growth * sizeAfter) return;
    await collect();
    turnsLeft = turnsBetween;
    sizeAfter = heapSize();
    usedBefore = used();
  };
}
