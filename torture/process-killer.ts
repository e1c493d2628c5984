import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from './seeded-random.ts';
import type { SupervisedProcess } from './supervised-processes.ts';

export type ProcessKiller = {
  /** Kills a process wherever it is, or both workers at once; returns how many were killed. */
  kill(): Promise<number>;
};

export function createProcessKiller(programs: SupervisedProcess[], random: SeededRandom): ProcessKiller {
  return {
    async kill() {
      while (!programs.some((program) => program.isReady())) await sleep(50);
      // A process killed at every start would never work on a slow machine: mostly ready ones are killed.
      const running = programs.filter((program) => program.isReady() || random.maybe(0.1));
      const workers = running.filter(({ name }) => name.startsWith('worker'));
      const victims = workers.length > 1 && random.maybe(0.2) ? workers : [random.pick(running)];
      await Promise.all(victims.map((program) => program.killAndRestart()));
      return victims.length;
    },
  };
}
