import { setTimeout as sleep } from 'node:timers/promises';
import { type Answers, createAnswers } from './answers.ts';
import { compareStoredContent } from './compare-content.ts';
import { type Compared, compareMail, type Finding } from './compare-mail.ts';
import { compareSends } from './compare-sends.ts';
import { compareEvents, compareTimelines, newestEvents } from './compare-timelines.ts';
import { createDisturbances, type Disturbances } from './disturbances.ts';
import { startTortureEnvironment, type Topology, type TortureEnvironment } from './environment.ts';
import { createFaultInjector, type FaultInjector } from './fault-injection.ts';
import { createMachineSpeed, type MachineSpeed } from './machine-speed.ts';
import { createPausable, type Pausable } from './pausable.ts';
import { createPoison, type Poison } from './poison.ts';
import { createProcessKiller, type ProcessKiller } from './process-killer.ts';
import { createRestores, type Restores } from './restores.ts';
import { createRevocation, type Revocation } from './revocation.ts';
import { seededRandom } from './seeded-random.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createTrials, repeatedTrials, type Trial, type Trials } from './trials.ts';
import { waitUntilIdle } from './wait-until-idle.ts';
import { followLiveStream, watchMailboxes } from './watch-mailboxes.ts';

export type TortureOptions = {
  seconds: number;
  /** Messages to deliver, spread over the seconds. */
  messages: number;
  /** Answers of agents to write, spread over the seconds. */
  sends: number;
  seed: number;
  /** How often a process is killed, in milliseconds; less often on a slow machine. */
  killEvery: number;
  /** Default: a web process and two workers on Postgres itself. */
  topology?: Topology;
  /** Once Postgres is away for so many milliseconds, beside its shorter outages. */
  outageMs?: number;
  /** The trials that are repeated; default: all. */
  trials?: Trial[];
  report: (line: string) => void;
};

export type TortureOutcome = {
  findings: Finding[];
  kills: number;
  /** How often an old copy of the data was restored. */
  restores: number;
  /** Answers that a restore put back as unsent although Gmail had sent them. */
  putBack: number;
  /** Messages that Gmail did not return, and those of them that it never returned. */
  poisoned: number;
  unreadable: number;
  messages: number;
  sends: number;
  /** How often each trial was reached: the moments of kills, and sequences of faults. */
  trials: Trials['reached'];
  /** How often Postgres was away, and the clock jumped. */
  outages: number;
  clockJumps: number;
  /** How much slower than a fast machine this one was at the end. */
  slowness: number;
  /** Processes that exited unexpectedly, and responses of the web process with status 500 or above. */
  crashes: string[];
  faultsOfWeb: string[];
  logs: string;
};

const accounts = [
  ['support@acme.example', 'sales@acme.example', 'billing@acme.example', 'orders@acme.example'],
  ['help@other.example', 'service@other.example'],
];
const customers = Array.from({ length: 20 }, (_, index) => `customer${index + 1}@mail.example`);

/** How much longer faults and kills may go on, in milliseconds. */
const maxExtraMs = 12 * 60_000;
/** How long agents may write after the last kill, in milliseconds. */
const writeGraceMs = 5 * 60_000;

/** Runs the load, waits until it is processed, compares, and cleans up. Keeps the logs if anything was found. */
export async function torture(options: TortureOptions): Promise<TortureOutcome> {
  const { topology } = options;
  const environment = await startTortureEnvironment({ accounts, customers, topology });
  const stopped = () => {
    void environment.stop({ keepLogs: false }).finally(() => process.exit(130));
  };
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  let outcome: TortureOutcome | null = null;
  try {
    options.report(`all processes are ready; the logs are in ${environment.logs}`);
    outcome = await runAndCompare(environment, options);
    return outcome;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
    const keepLogs = !outcome || outcome.findings.length + outcome.crashes.length > 0;
    // A failure to stop must not hide the outcome.
    await environment.stop({ keepLogs }).catch((error: Error) => outcome?.crashes.push(error.message));
  }
}

async function runAndCompare(
  environment: TortureEnvironment,
  options: TortureOptions,
): Promise<TortureOutcome> {
  const { google, pool, desks } = environment;
  const { report } = options;
  const watching = new AbortController();
  const load = createLoad(environment, options, watching.signal);
  const { traffic, answers, revocation, poison, restores, streams, mailboxes } = load;
  const kills = await runLoad(load);

  report('no more faults and kills');
  await poison.recover({ all: true });
  for (const program of environment.programs) await program.ready();
  const compared: Compared = { google, pool, desks, traffic, answers: answers.accepted, poison };
  const idle = await waitUntilIdle(environment, compared, { speed: load.speed, report });
  if (!idle) report('no progress any more; what is missing counts as lost');
  const newest = await newestEvents(pool);
  watching.abort();
  await Promise.all([mailboxes.ended, ...streams.map(({ ended }) => ended)]);
  const findings = [
    ...(await compareMail(compared)),
    ...(await compareStoredContent(compared)),
    ...(await compareSends(compared)),
    ...(await compareTimelines(compared)),
    ...(await compareEvents(pool, streams, newest)),
    ...(await revocation.compare()),
  ];
  const { crashes, faultsOfWeb, logs } = environment;
  return {
    findings,
    kills,
    restores: restores.count(),
    putBack: restores.sentAgainIfNotFound(),
    ...poison.counts(),
    messages: traffic.delivered(),
    sends: answers.accepted.length,
    trials: load.trials.reached,
    ...load.disturbances.counts(),
    slowness: load.speed.slowness(),
    crashes: crashes(),
    faultsOfWeb,
    logs,
  };
}

type Load = {
  environment: TortureEnvironment;
  options: TortureOptions;
  traffic: Traffic;
  answers: Answers;
  faultInjector: FaultInjector;
  processKiller: ProcessKiller;
  speed: MachineSpeed;
  trials: Trials;
  disturbances: Disturbances;
  revocation: Revocation;
  poison: Poison;
  pausable: Pausable;
  restores: Restores;
  streams: ReturnType<typeof followLiveStream>[];
  mailboxes: ReturnType<typeof watchMailboxes>;
};

/** The parts of a run. Each has its own random numbers: what happens does not depend on the speed of the machine. */
function createLoad(environment: TortureEnvironment, options: TortureOptions, signal: AbortSignal): Load {
  const { google, pool, desks } = environment;
  const { seconds, seed, report } = options;
  const poison = createPoison(google, seededRandom(seed + 5));
  const traffic = createTraffic({
    google,
    desks,
    customers,
    random: seededRandom(seed),
    poison,
    isStored: isStoredIn(environment),
  });
  const answers = createAnswers(seededRandom(seed + 1));
  const faultInjector = createFaultInjector({
    google,
    pool,
    accounts: accounts.flat(),
    random: seededRandom(seed + 2),
    hangs: seconds >= 60,
  });
  const processKiller = createProcessKiller(environment.programs, seededRandom(seed + 3));
  const speed = createMachineSpeed(environment.programs);
  const trials = createTrials({ environment, speed, traffic, answers, random: seededRandom(seed + 6) });
  const disturbances = createDisturbances(environment, seededRandom(seed + 7), {
    longOutageMs: options.outageMs ?? 0,
    report,
  });
  const mailboxes = watchMailboxes(pool, signal);
  // If the run itself fails, its error is reported instead of this one.
  mailboxes.ended.catch(() => {});
  const streams = desks.map((desk) => followLiveStream(environment.url, desk, signal));
  const revocation = createRevocation(environment, mailboxes, seededRandom(seed + 4), { speed, report });

  const pausable = createPausable();
  const restores = createRestores({
    environment,
    traffic,
    answers,
    streams,
    pausable,
    mayCopy: () => !revocation.isRunning(),
    report,
  });
  return {
    environment,
    options,
    traffic,
    answers,
    faultInjector,
    processKiller,
    speed,
    trials,
    disturbances,
    revocation,
    poison,
    pausable,
    restores,
    streams,
    mailboxes,
  };
}

/** Delivers and answers mail while processes are killed and Google fails. Returns the number of kills. */
async function runLoad(load: Load): Promise<number> {
  const { environment, options, traffic, answers, faultInjector, processKiller, revocation } = load;
  const { poison, pausable, restores, speed, trials, disturbances } = load;
  const { seconds, report } = options;
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const minKills = Math.floor((0.8 * seconds * 1_000) / options.killEvery);
  const wanted = options.trials ?? repeatedTrials;
  const tries = Object.fromEntries(wanted.map((trial) => [trial, 0]));
  const madeKills = () => kills + trials.kills();
  let kills = 0;
  let restoring = true;
  const isComplete = () =>
    traffic.delivered() >= options.messages &&
    answers.accepted.length >= options.sends &&
    madeKills() >= minKills &&
    wanted.every((trial) => tries[trial]! > 0);
  /** Processes must have time to start, and a run enough kills. */
  const killEvery = () => Math.min(speed.scaled(options.killEvery), 3 * options.killEvery);
  /** On a slow machine the faults and kills go on until there were enough. */
  const maxMs = seconds * 1_000 + maxExtraMs;
  const isRunning = () => elapsed() < seconds * 1_000 || (!isComplete() && elapsed() < maxMs);
  /** How many of `total` should be done by now. */
  const dueCount = (total: number) => Math.min(total, Math.ceil((total * elapsed()) / (seconds * 1_000)));

  const deliverMail = runPaced(
    () => pausable.run(() => traffic.deliverNext()),
    () => traffic.delivered() < dueCount(options.messages),
    () => traffic.delivered() < options.messages,
  );
  const writeAnswers = environment.desks.flatMap((desk) =>
    desk.agents.map((person) =>
      runPaced(
        () => pausable.run(() => answers.write({ desk, person })),
        () => answers.accepted.length < dueCount(options.sends),
        // On a slow machine the remaining answers are written after the last kill.
        () => answers.accepted.length < options.sends && elapsed() < maxMs + writeGraceMs,
      ),
    ),
  );
  const injectFaults = async () => {
    while (isRunning()) {
      await sleep(await faultInjector.change());
      await poison.recover();
    }
    await faultInjector.clear();
  };
  const killProcesses = async () => {
    while (isRunning()) {
      await sleep(killEvery());
      const part = elapsed() / (seconds * 1_000);
      await restores.step(part);
      await disturbances.step(part);
      kills += await processKiller.kill();
      if (!isRunning()) break;
      await sleep(killEvery() / 2);
      // Those reached least often come first.
      const trial = wanted.toSorted((a, b) => tries[a]! - tries[b]!)[0];
      if (!trial) continue;
      tries[trial]! += 1;
      await faultInjector.whilePaused(() => trials.run(trial));
    }
    await disturbances.end();
    restoring = false;
  };
  const revokeAccess = async () => {
    await sleep(seconds * 400);
    while (restores.isCopyWaiting() && restoring) await sleep(100);
    await revocation.run(seconds * 100);
  };
  const reportProgress = async () => {
    while (isRunning()) {
      await sleep(5_000);
      const { rows } = await environment.pool.query('select count(*)::int as n from gmail_message');
      report(
        `${Math.round(elapsed() / 1_000)} s: ${traffic.delivered()} messages delivered, ${rows[0].n} stored, ${answers.accepted.length} answers accepted, ${madeKills()} kills; faults: ${faultInjector.describe()}`,
      );
    }
  };
  await Promise.all([
    deliverMail,
    ...writeAnswers,
    injectFaults(),
    killProcesses(),
    revokeAccess(),
    reportProgress(),
  ]);
  return madeKills();
}

/** Runs `step` whenever `due()`, until `isMore()` is false. */
async function runPaced(
  step: () => Promise<unknown>,
  due: () => boolean,
  isMore: () => boolean,
): Promise<void> {
  while (isMore()) {
    if (due() && (await step()) !== false) continue;
    await sleep(20);
  }
}

const isStoredIn =
  ({ pool, desks }: TortureEnvironment) =>
  async (account: string, gmailIds: string[]): Promise<string[]> => {
    const mailboxId = desks.flatMap((desk) => desk.mailboxes.get(account) ?? [])[0];
    const { rows } = await pool.query(
      'select gmail_id from gmail_message where mailbox_id = $1 and gmail_id = any($2) and message_id is not null',
      [mailboxId, gmailIds],
    );
    return rows.map(({ gmail_id }) => gmail_id);
  };
