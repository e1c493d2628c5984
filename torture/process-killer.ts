import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseAccess } from './database-access.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import type { SupervisedProcess } from './supervised-processes.ts';

/** The stages of a delivery at which a process can be killed, as SQL conditions. */
const stages = {
  /** In the queue, before the first attempt. */
  queued: `state = 'queued' and attempts = 0`,
  /** Marked as sending, before Gmail is called. */
  claimed: `state = 'sending' and attempts = 1`,
  /** After a failed attempt, waiting for the next one. */
  waiting: `state = 'queued' and attempts > 0`,
  /** After an attempt with an unknown result: Sent is searched, or the answer is sent again. */
  retrying: `state = 'sending' and attempts > 1`,
  held: `state = 'held'`,
} as const;
/** Gmail has accepted it, but Postroom has not recorded that yet. */
const unconfirmed = 'sent, unconfirmed';
export type Stage = keyof typeof stages | typeof unconfirmed;

export type ProcessKiller = {
  /** Kills one process, or both workers at once; returns how many were killed. */
  kill(): Promise<number>;
  /** The number of kills during which an answer was at each stage. */
  killsByStage: Record<Stage, number>;
};

/** The longest wait for the chosen stage, in milliseconds. */
const aimTimeoutMs = 800;

/** Half of the kills wait for an answer at the stage with the fewest kills so far; the others do not wait. */
export function createProcessKiller(
  { google, pool }: { google: SimulatedGoogle; pool: DatabaseAccess },
  programs: SupervisedProcess[],
  random: SeededRandom,
): ProcessKiller {
  const workers = programs.filter(({ name }) => name.startsWith('worker'));
  const killsByStage = Object.fromEntries(
    [...Object.keys(stages), unconfirmed].map((stage) => [stage, 0]),
  ) as Record<Stage, number>;

  /** The stages at which there is an answer now. */
  async function currentStages(): Promise<Stage[]> {
    const named = Object.entries(stages).map(([name, holds]) => `bool_or(${holds}) as "${name}"`);
    const { rows } = await pool.query(
      `select ${named.join(', ')}, array_agg(message_id) filter (where state = 'sending') as sending from delivery where state <> 'sent'`,
    );
    const { sending, ...found } = rows[0] as Record<Stage, boolean | null> & { sending: string[] | null };
    const reached = (Object.keys(stages) as Stage[]).filter((stage) => found[stage]);
    if (!sending) return reached;
    const accepted = new Set(
      (await google.ledger()).flatMap(({ kind, delivery }) => (kind === 'accepted' ? [delivery] : [])),
    );
    return sending.some((id) => accepted.has(id)) ? [...reached, unconfirmed] : reached;
  }

  return {
    killsByStage,
    async kill() {
      const target = random.maybe(0.5) ? rarest(killsByStage) : null;
      const until = performance.now() + aimTimeoutMs;
      let reached = await currentStages();
      while (target && !reached.includes(target) && performance.now() < until) {
        await sleep(5);
        reached = await currentStages();
      }
      // A process killed at every start would never work on a slow machine: mostly ready ones are killed.
      // When a stage was chosen, the workers are killed, because one of them is handling the answer.
      const running = programs.filter((program) => program.isReady() || random.maybe(0.1));
      if (running.length === 0) return 0;
      const handling =
        target && reached.includes(target) ? workers.filter((worker) => running.includes(worker)) : [];
      const victims = handling.length > 0 ? handling : [random.pick(running)];
      for (const stage of reached) killsByStage[stage] += 1;
      await Promise.all(victims.map((program) => program.killAndRestart()));
      return victims.length;
    },
  };
}

function rarest(killsByStage: Record<Stage, number>): Stage {
  return (Object.entries(killsByStage) as Array<[Stage, number]>).toSorted(
    ([, one], [, other]) => one - other,
  )[0]![0];
}
