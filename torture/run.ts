import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswers } from './answers.ts';
import { type Compared, compareMail, compareSends, type Finding } from './compare-mail.ts';
import { compareEvents, compareTimelines } from './compare-timelines.ts';
import { startTortureEnvironment, type TortureEnvironment } from './environment.ts';
import { createFaultInjector } from './fault-injection.ts';
import { createProcessKiller, type ProcessKiller } from './process-killer.ts';
import { createRevocation } from './revocation.ts';
import { seededRandom } from './seeded-random.ts';
import { openTraffic } from './traffic.ts';
import { waitUntilIdle } from './wait-until-idle.ts';
import { followLiveStream, watchMailboxes } from './watch-mailboxes.ts';

export type TortureOptions = {
  seconds: number;
  /** Messages to play in, over the seconds. */
  messages: number;
  /** Answers of agents to write, over the seconds. */
  sends: number;
  seed: number;
  /** How often a process is killed, in milliseconds. */
  killEvery: number;
  report: (line: string) => void;
};

export type TortureOutcome = {
  findings: Finding[];
  kills: number;
  messages: number;
  sends: number;
  /** In how many kills there was an answer at each stage of its sending. */
  killedAt: ProcessKiller['killsByStage'];
  /** Programs that ended by themselves, and what the web process answered with 500 and above. */
  crashes: string[];
  faultsOfWeb: string[];
  logs: string;
};

const accounts = [
  ['support@acme.example', 'sales@acme.example', 'billing@acme.example', 'orders@acme.example'],
  ['help@other.example', 'service@other.example'],
];
const customers = Array.from({ length: 20 }, (_, index) => `customer${index + 1}@mail.example`);

/** How long agents may go on writing when nobody is killed any more, in milliseconds. */
const writeGraceMs = 5 * 60_000;

/** Plays it all, waits until it is quiet, compares, and clears up. Logs are kept where anything was found. */
export async function torture(options: TortureOptions): Promise<TortureOutcome> {
  const environment = await startTortureEnvironment({ accounts, customers });
  const stopped = () => {
    void environment.stop({ keepLogs: false }).finally(() => process.exit(130));
  };
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  let outcome: TortureOutcome | null = null;
  try {
    options.report(`everything runs; the logs are in ${environment.logs}`);
    outcome = await play(environment, options);
    return outcome;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
    const keepLogs = !outcome || outcome.findings.length + outcome.crashes.length > 0;
    // What was found is said, whatever becomes of the rest.
    await environment.stop({ keepLogs }).catch((error: Error) => outcome?.crashes.push(error.message));
  }
}

async function play(environment: TortureEnvironment, options: TortureOptions): Promise<TortureOutcome> {
  const { google, pool, desks } = environment;
  const { seconds, seed, report } = options;
  // Each part with chance of its own: how fast the machine is does not change what is played.
  const traffic = openTraffic({
    google,
    desks,
    customers,
    random: seededRandom(seed),
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
  const processKiller = createProcessKiller(environment, environment.programs, seededRandom(seed + 3));
  const compared: Compared = { google, pool, desks, traffic, answers: answers.taken };
  const watching = new AbortController();
  const mailboxes = watchMailboxes(pool, watching.signal);
  // What ends the run is said first, not that nothing can be watched any more.
  mailboxes.ended.catch(() => {});
  const streams = desks.map((desk) => followLiveStream(environment.url, desk, watching.signal));
  const revocation = createRevocation(environment, mailboxes, seededRandom(seed + 4), report);

  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const leastKills = Math.floor((0.8 * seconds * 1_000) / options.killEvery);
  let kills = 0;
  const isPlayed = () =>
    traffic.played() >= options.messages && answers.taken.length >= options.sends && kills >= leastKills;
  /** A slow machine takes longer to play it all: then it is tortured for longer, twice as long at most. */
  const isRunning = () => elapsed() < seconds * 1_000 || (!isPlayed() && elapsed() < seconds * 2_000);
  /** How many of so many should be done by now. */
  const dueCount = (whole: number) => Math.min(whole, Math.ceil((whole * elapsed()) / (seconds * 1_000)));

  await Promise.all([
    runPaced(
      async () => traffic.play(),
      () => traffic.played() < dueCount(options.messages),
      () => traffic.played() < options.messages,
    ),
    ...desks.flatMap((desk) =>
      desk.agents.map((person) =>
        runPaced(
          () => answers.write({ desk, person }),
          () => answers.taken.length < dueCount(options.sends),
          // What a slow machine has not taken while it was tortured is written after it.
          () => answers.taken.length < options.sends && elapsed() < seconds * 2_000 + writeGraceMs,
        ),
      ),
    ),
    (async () => {
      while (isRunning()) await sleep(await faultInjector.change());
      await faultInjector.clear();
    })(),
    (async () => {
      for (let next = options.killEvery; isRunning(); next += options.killEvery) {
        await sleep(Math.max(0, next - elapsed()));
        kills += await processKiller.kill();
      }
    })(),
    (async () => {
      await sleep(seconds * 400);
      await revocation.play(seconds * 100);
    })(),
    (async () => {
      while (isRunning()) {
        await sleep(5_000);
        const { rows } = await pool.query('select count(*)::int as n from gmail_message');
        report(
          `${Math.round(elapsed() / 1_000)} s: ${traffic.played()} messages played, ${rows[0].n} stored, ${answers.taken.length} answers taken, ${kills} kills; weather: ${faultInjector.describe()}`,
        );
      }
    })(),
  ]);

  report('faults are off, nobody is killed any more');
  for (const program of environment.programs) await program.ready();
  const quiet = await waitUntilIdle(environment, compared, report);
  if (!quiet) report('it does not become quiet; what is missing is counted as lost');
  watching.abort();
  await Promise.all([mailboxes.ended, ...streams.map(({ ended }) => ended)]);
  const findings = [
    ...(await compareMail(compared)),
    ...(await compareSends(compared)),
    ...(await compareTimelines(compared)),
    ...(await compareEvents(pool, streams)),
    ...(await revocation.compare()),
  ];
  const { crashes, faultsOfWeb, logs } = environment;
  return {
    findings,
    kills,
    messages: traffic.played(),
    sends: answers.taken.length,
    killedAt: processKiller.killsByStage,
    crashes: crashes(),
    faultsOfWeb,
    logs,
  };
}

/** Does `step` whenever it is `due`, while there `isMore`. */
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
