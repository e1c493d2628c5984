import type { TortureEnvironment } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';

export type Disturbances = {
  /** Does what is due. `elapsed`: the part of the run that is over, from 0 to 1. */
  step(elapsed: number): Promise<void>;
  /** Sets the clock right, and keeps it so. */
  end(): Promise<void>;
  counts(): { outages: number; clockJumps: number };
};

/** When Postgres goes away, and when the clock jumps, as parts of the run. */
const outagesAt = [0.08, 0.36, 0.5, 0.7, 0.92];
/** Which of them may be a long one. */
const longOutageAt = 0.5;
const jumpsAt = [0.05, 0.2, 0.33, 0.45, 0.55, 0.66, 0.78, 0.9];

/** Gmail's clock and ours may differ by two minutes (google/find-sent.ts); jumps stay within half of that, in ms. */
export const maxOffsetMs = 60_000;

/** Postgres is away for some seconds, once for `longOutageMs` if that is not 0, and the clock of the processes jumps back and forth. */
export function createDisturbances(
  environment: Pick<TortureEnvironment, 'postgresAway' | 'setClock'>,
  random: SeededRandom,
  { longOutageMs, report }: { longOutageMs: number; report: (line: string) => void },
): Disturbances {
  const outages = outagesAt.map((at) => ({ at, longMs: at === longOutageAt ? longOutageMs : 0 }));
  const jumps = [...jumpsAt];
  const counts = { outages: 0, clockJumps: 0 };
  return {
    async step(elapsed) {
      if (jumps.length > 0 && elapsed >= jumps[0]!) {
        jumps.shift();
        const offset = random.between(-maxOffsetMs, maxOffsetMs);
        await environment.setClock(offset);
        counts.clockJumps += 1;
        report(`the clock jumps, and is ${offset} ms off now`);
      }
      if (outages.length > 0 && elapsed >= outages[0]!.at) {
        const { longMs } = outages.shift()!;
        const ms = longMs || random.between(500, 5_000);
        report(`Postgres is away for ${ms} ms`);
        await environment.postgresAway(ms);
        counts.outages += 1;
      }
    },
    end: () => environment.setClock(0),
    counts: () => counts,
  };
}
