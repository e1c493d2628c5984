import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedGoogle } from './simulated-google.ts';
import type { SupervisedProcess } from './supervised-processes.ts';

/** How far the sending of an answer is when a process dies. */
const stages = {
  /** In the queue, its first attempt still to come. */
  queued: `state = 'queued' and attempts = 0`,
  /** Written down that Gmail is about to be asked. */
  claimed: `state = 'sending' and attempts = 1`,
  /** After a failed attempt, waiting for the next. */
  waiting: `state = 'queued' and attempts > 0`,
  /** After an attempt nobody knows the end of: Sent is looked through, or it is sent again. */
  retrying: `state = 'sending' and attempts > 1`,
  held: `state = 'held'`,
} as const;
/** Gmail has accepted it, and Postroom does not know yet. */
const unconfirmed = 'sent, unconfirmed';
export type Stage = keyof typeof stages | typeof unconfirmed;

export type ProcessKiller = {
  /** Kills one process, or both workers at once; answers how many died. */
  kill(): Promise<number>;
  /** In how many kills there was an answer at each stage. */
  killsByStage: Record<Stage, number>;
};

/** Waits for the stage aimed at for this long at most, in milliseconds. */
const aimTimeoutMs = 800;

/** Kills at chosen moments: half of the kills wait for an answer at a stage that was met least so far. */
export function createProcessKiller(
  { google, pool }: { google: SimulatedGoogle; pool: pg.Pool },
  programs: SupervisedProcess[],
  random: SeededRandom,
): ProcessKiller {
  const workers = programs.filter(({ name }) => name.startsWith('worker'));
  const killsByStage = Object.fromEntries(
    [...Object.keys(stages), unconfirmed].map((stage) => [stage, 0]),
  ) as Record<Stage, number>;

  /** The stages at which there is an answer now. */
  async function now(): Promise<Stage[]> {
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
      let reached = await now();
      while (target && !reached.includes(target) && performance.now() < until) {
        await sleep(5);
        reached = await now();
      }
      // On a slow machine a process that is always killed while it starts never does anything: mostly
      // those are killed that run. Aimed at an answer, the two that may be at it.
      const running = programs.filter((program) => program.isReady() || random.maybe(0.1));
      if (running.length === 0) return 0;
      const atIt =
        target && reached.includes(target) ? workers.filter((worker) => running.includes(worker)) : [];
      const victims = atIt.length > 0 ? atIt : [random.pick(running)];
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
