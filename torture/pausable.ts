import { setTimeout as sleep } from 'node:timers/promises';

/** Steps of the load that a restore must not meet halfway, because what they saw would no longer be so. */
export type Pausable = {
  /** Does a step; false, without doing it, while paused. */
  run<Result>(step: () => Promise<Result>): Promise<Result | false>;
  /** Waits for the steps in progress, and lets none begin until `work` is done. */
  whilePaused(work: () => Promise<void>): Promise<void>;
};

export function createPausable(): Pausable {
  let running = 0;
  let paused = false;
  return {
    async run(step) {
      if (paused) return false;
      running += 1;
      try {
        return await step();
      } finally {
        running -= 1;
      }
    },
    async whilePaused(work) {
      paused = true;
      try {
        while (running > 0) await sleep(10);
        await work();
      } finally {
        paused = false;
      }
    },
  };
}
