import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswers } from './answers.ts';
import { compareStoredContent } from './compare-content.ts';
import { type Compared, compareMail, type Finding } from './compare-mail.ts';
import { compareSends } from './compare-sends.ts';
import { startTortureEnvironment, type TortureEnvironment } from './environment.ts';
import { createMachineSpeed, type MachineSpeed } from './machine-speed.ts';
import { type PlantedFault, plantedFaults } from './planted-faults.ts';
import { createPoison } from './poison.ts';
import { seededRandom } from './seeded-random.ts';
import { createTraffic } from './traffic.ts';
import { createTrials, type Trials } from './trials.ts';

/** What became of a planted fault. `finding`: what the run said; null if it did not notice. */
export type SelfTestResult = { name: string; finding: string | null; seconds: number };

const accounts = [['support@acme.example', 'sales@acme.example'], ['help@other.example']];

/** So often the trials of a fault are repeated until it is found. */
const maxAttempts = 4;
/** So long (ms, on a fast machine) everything has to be stored and sent after a trial; what is not, is lost. */
const settleMs = 30_000;

/**
 * Plants faults in Postroom, one after the other, and looks whether the comparisons find them. First it goes through all
 * trials without a fault; what is found then is the first result. `only`: a part of the names of the faults to plant.
 */
export async function selfTest(
  seed: number,
  report: (line: string) => void,
  only = '',
): Promise<SelfTestResult[]> {
  const environment = await startTortureEnvironment({ accounts, customers: [] });
  const stopped = () => {
    void environment.stop({ keepLogs: false }).finally(() => process.exit(130));
  };
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  let results: SelfTestResult[] = [];
  try {
    report(`all processes are ready; the logs are in ${environment.logs}`);
    const faults = plantedFaults.filter(({ name }) => name.includes(only));
    results = await plantAll(environment, faults, { seed, report });
    return results;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
    const keepLogs = results.length === 0 || missed(results).length > 0;
    await environment.stop({ keepLogs }).catch((error: Error) => report(error.message));
  }
}

/** The name of the result without a planted fault. */
const noFault = 'no fault';

/** The faults that were not found, and the trials without a fault if they found something. */
export function missed(results: SelfTestResult[]): SelfTestResult[] {
  return results.filter(({ name, finding }) => (name === noFault) === (finding !== null));
}

type Run = { environment: TortureEnvironment; compared: Compared; trials: Trials; speed: MachineSpeed };

async function plantAll(
  environment: TortureEnvironment,
  faults: PlantedFault[],
  { seed, report }: { seed: number; report: (line: string) => void },
): Promise<SelfTestResult[]> {
  const { google, pool, desks, programs } = environment;
  const poison = createPoison(google, seededRandom(seed));
  const traffic = createTraffic({
    google,
    desks,
    customers: [],
    random: seededRandom(seed + 1),
    poison,
    isStored: async () => [],
  });
  const answers = createAnswers(seededRandom(seed + 2));
  const speed = createMachineSpeed(programs);
  const trials = createTrials({ environment, speed, traffic, answers, random: seededRandom(seed + 3) });
  const run: Run = {
    environment,
    compared: { google, pool, desks, traffic, answers: answers.accepted, poison },
    trials,
    speed,
  };
  for (const account of accounts.flat()) await traffic.deliverFresh(account);
  await settle(run, new Set(), () => false);
  const results: SelfTestResult[] = [];
  const note = (result: SelfTestResult) => {
    results.push(result);
    report(`${result.seconds} s  ${result.name}: ${result.finding ?? 'nothing is found'}`);
  };
  note(await withoutFault(run, faults, report));
  for (const fault of faults) note(await plant(run, fault));
  return results;
}

async function withoutFault(
  run: Run,
  faults: PlantedFault[],
  report: (line: string) => void,
): Promise<SelfTestResult> {
  const began = performance.now();
  for (const trial of new Set(faults.flatMap((fault) => fault.trials))) {
    const trialBegan = performance.now();
    const reached = await run.trials.run(trial);
    report(`trial “${trial}”: ${reached ? 'reached' : 'not reached'} in ${secondsSince(trialBegan)} s`);
  }
  const finding = await settle(run, new Set(), () => true);
  return { name: noFault, finding, seconds: secondsSince(began) };
}

async function plant(run: Run, { name, trials, finds }: PlantedFault): Promise<SelfTestResult> {
  const began = performance.now();
  const known = new Set((await findings(run)).map(keyOf));
  await run.environment.restartWith({ TORTURE_FAULT: name });
  let finding: string | null = null;
  for (let attempt = 0; attempt < maxAttempts && !finding; attempt += 1) {
    for (const trial of trials) await run.trials.run(trial);
    finding = await settle(run, known, ({ what }) => finds.test(what));
  }
  return { name, finding, seconds: secondsSince(began) };
}

/**
 * The first new finding that `counts`; null when nothing new is found. Waits for what is only not stored or not sent yet.
 */
async function settle(
  run: Run,
  known: ReadonlySet<string>,
  counts: (finding: Finding) => boolean,
): Promise<string | null> {
  const began = performance.now();
  for (;;) {
    const found = (await findings(run)).filter((finding) => !known.has(keyOf(finding)));
    const isLate = performance.now() - began > run.speed.scaled(settleMs);
    const final = found.find((finding) => counts(finding) && (isLate || isFinal(finding)));
    if (final) return final.what;
    if (isLate || found.length === 0) return null;
    await sleep(500);
  }
}

/** Whether waiting cannot change it: no message is late. */
const isFinal = ({ kind, what }: Finding) => kind !== 'lost' && !/Sent copy/.test(what);

async function findings({ compared }: Run): Promise<Finding[]> {
  return [
    ...(await compareMail(compared)),
    ...(await compareStoredContent(compared)),
    ...(await compareSends(compared)),
  ];
}

const keyOf = ({ kind, ids }: Finding) => `${kind} ${ids.join(' ')}`;
const secondsSince = (began: number) => Math.round((performance.now() - began) / 1_000);
