import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Answers, WrittenAnswer } from './answers.ts';
import type { TortureEnvironment } from './environment.ts';
import type { MachineSpeed } from './machine-speed.ts';
import { blockHistory, deliveryOf, type Moment, moments, until, untilSent } from './moments.ts';
import { copyData, restoreData } from './restores.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Traffic } from './traffic.ts';
import type { TrialContext } from './trial-context.ts';

/** Faults in a certain order, after which something would be lost or doubled if Postroom forgot what may have happened. */
const sequences = {
  /** Mail is received and answered. */
  undisturbed,
  /** Two answers of a conversation wait. */
  queue,
  /** Gmail accepts an answer long after it was asked. */
  'executed late': executedLate,
  /** Gmail accepted an answer, its response is lost, and reading Sent fails. */
  'search fails': searchFails,
  /** Gmail accepted an answer, and a proxy answers in its place. */
  'response replaced': responseReplaced,
  /** An old copy of the data is put back. */
  restored,
};

const trials = { ...moments, ...sequences };
export type Trial = keyof typeof trials;

/** Those that a run does again and again; the others take long, or happen in a run anyhow. */
export const repeatedTrials: Trial[] = [
  ...(Object.keys(moments) as Moment[]),
  'queue',
  'search fails',
  'response replaced',
  'executed late',
];

export const isMoment = (trial: Trial): trial is Moment => trial in moments;

type Needs = {
  environment: TortureEnvironment;
  speed: MachineSpeed;
  traffic: Traffic;
  answers: Answers;
  random: SeededRandom;
};

export type Trials = {
  /** Tries to reach the trial's moment, or its end; returns whether it did. */
  run(trial: Trial): Promise<boolean>;
  /** How often each was reached. */
  reached: Record<string, number>;
  /** How many processes were killed. */
  kills(): number;
};

/** Trials one at a time. Nothing else may inject faults meanwhile. */
export function createTrials({ environment, speed, traffic, answers, random }: Needs): Trials {
  const { google, pool, desks, programs } = environment;
  const workers = programs.filter(({ name }) => name.startsWith('worker'));
  const accounts = desks.flatMap((desk) => desk.accounts);
  const reached: Record<string, number> = Object.fromEntries(repeatedTrials.map((name) => [name, 0]));
  let kills = 0;
  const context: TrialContext = {
    environment,
    google,
    pool,
    speed,
    traffic,
    async write(options = {}) {
      const { conversationId } = options;
      const desk = conversationId
        ? desks.find(({ instanceId }) =>
            answers.accepted.some(
              (one) => one.conversationId === conversationId && one.instanceId === instanceId,
            ),
          )!
        : random.pick(desks);
      return answers.write({ desk, person: random.pick(desk.agents) }, options);
    },
    anyAccount: () => random.pick(accounts),
    deliver: (before, account = random.pick(accounts), attachmentBytes) =>
      traffic.deliverFresh(account, { before, attachmentBytes }),
    signalWorkers: (signal) => {
      for (const worker of workers) worker.signal(signal);
    },
    async killWorkers() {
      await Promise.all(workers.map((worker) => worker.killAndRestart()));
      kills += workers.length;
      await Promise.all(workers.map((worker) => worker.ready()));
    },
    async whileLocked(sql, work) {
      const client = new pg.Client({ connectionString: environment.databaseUrl });
      client.on('error', () => {});
      await client.connect();
      try {
        const { rows } = await client.query('select pg_backend_pid() as pid');
        await client.query('begin');
        await client.query(sql);
        return await work(async () => {
          const waiting = await pool.query(
            'select from pg_stat_activity where $1::int = any(pg_blocking_pids(pid))',
            [rows[0].pid],
          );
          return waiting.rowCount! > 0;
        });
      } finally {
        await client.end();
      }
    },
  };
  return {
    reached,
    kills: () => kills,
    async run(trial) {
      await Promise.all(workers.map((worker) => worker.ready()));
      const done = await trials[trial](context).finally(() => google.clearFaults());
      if (done) reached[trial] = (reached[trial] ?? 0) + 1;
      return done;
    },
  };
}

async function undisturbed(context: TrialContext): Promise<boolean> {
  await context.deliver(undefined, undefined, 2_000);
  await context.deliver();
  await context.traffic.deliverReply();
  const written: WrittenAnswer[] = [];
  const isComplete = () =>
    written.some(({ meant }) => meant.cc.length > 0) && written.some(({ meant }) => meant.files.length > 0);
  while (!isComplete() && written.length < 30) {
    const answer = await context.write();
    if (!answer) return false;
    written.push(answer);
  }
  for (const answer of written) await untilSent(context, answer);
  return true;
}

async function queue(context: TrialContext): Promise<boolean> {
  await context.google.fault({ kind: '503', method: 'messages.send', times: null });
  // Without files, as both are to be sent at once.
  const first = await context.write({ files: 0 });
  const isRefused = async (answer: WrittenAnswer) =>
    (await deliveryOf(context, answer))?.nextAttemptAt != null;
  const refused = first && (await until(context, () => isRefused(first)));
  const second = refused && (await context.write({ conversationId: first.conversationId, files: 0 }));
  await context.google.clearFaults();
  if (!second) return false;
  await untilSent(context, second);
  return true;
}

async function executedLate(context: TrialContext): Promise<boolean> {
  // Another process tries an answer again ten seconds after it was asked for, and some more on a slow machine.
  const delayMs = 16_000 + context.speed.scaled(3_000);
  await context.google.fault({ kind: 'late', method: 'messages.send', delayMs });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => !(await context.google.hasFault('late')));
  const executed = sleep(delayMs + 1_000);
  await untilSent(context, answer);
  // Another copy may have been sent before.
  await executed;
  return reached;
}

async function searchFails(context: TrialContext): Promise<boolean> {
  const { google } = context;
  await blockHistory(context);
  await google.fault({ kind: 'rate-limit', method: 'messages.list', retryAfterSeconds: 1 });
  await google.fault({ kind: 'lost-response', method: 'messages.send' });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => !(await google.hasFault('rate-limit')), 40_000);
  await untilSent(context, answer);
  return reached;
}

async function responseReplaced(context: TrialContext): Promise<boolean> {
  await blockHistory(context);
  await context.google.fault({ kind: 'replaced-response', method: 'messages.send' });
  const answer = await context.write();
  if (!answer) return false;
  const reached = await until(context, async () => !(await context.google.hasFault('replaced-response')));
  await untilSent(context, answer);
  return reached;
}

async function restored(context: TrialContext): Promise<boolean> {
  const { environment, google } = context;
  await google.fault({ kind: '503', method: 'messages.send', times: null });
  const answer = await context.write();
  if (!answer) return false;
  await copyData(environment);
  await google.clearFaults();
  await untilSent(context, answer);
  await blockHistory(context);
  await restoreData(environment);
  await untilSent(context, answer);
  return true;
}
