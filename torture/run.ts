import { setTimeout as sleep } from 'node:timers/promises';
import { openAnswers } from './answers.ts';
import { chance } from './chance.ts';
import { type Compared, compareMail, compareSends, type Finding } from './compare.ts';
import { type Killing, openKilling } from './killing.ts';
import { compareEvents, compareTimelines } from './order.ts';
import { untilQuiet } from './quiet.ts';
import { openRevocation } from './revocation.ts';
import { openStage, type Stage } from './stage.ts';
import { openTraffic } from './traffic.ts';
import { listenLive, watchMailboxes } from './watch.ts';
import { openWeather } from './weather.ts';

export type TortureOptions = {
  seconds: number;
  /** Messages to play in, over the seconds. */
  messages: number;
  /** Answers of agents to write, over the seconds. */
  sends: number;
  seed: number;
  /** How often a process is killed, in milliseconds. */
  killEvery: number;
  say: (line: string) => void;
};

export type TortureOutcome = {
  findings: Finding[];
  kills: number;
  messages: number;
  sends: number;
  /** In how many kills there was an answer at each stage of its sending. */
  killedAt: Killing['met'];
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
const writtenAfter = 5 * 60_000;

/** Plays it all, waits until it is quiet, compares, and clears up. Logs are kept where anything was found. */
export async function torture(options: TortureOptions): Promise<TortureOutcome> {
  const stage = await openStage({ accounts, customers });
  const stopped = () => {
    void stage.clear({ keepLogs: false }).finally(() => process.exit(130));
  };
  process.once('SIGINT', stopped).once('SIGTERM', stopped);
  let outcome: TortureOutcome | null = null;
  try {
    options.say(`everything runs; the logs are in ${stage.logs}`);
    outcome = await play(stage, options);
    return outcome;
  } finally {
    process.off('SIGINT', stopped).off('SIGTERM', stopped);
    const keepLogs = !outcome || outcome.findings.length + outcome.crashes.length > 0;
    // What was found is said, whatever becomes of the rest.
    await stage.clear({ keepLogs }).catch((error: Error) => outcome?.crashes.push(error.message));
  }
}

async function play(stage: Stage, options: TortureOptions): Promise<TortureOutcome> {
  const { google, pool, desks } = stage;
  const { seconds, seed, say } = options;
  // Each part with chance of its own: how fast the machine is does not change what is played.
  const traffic = openTraffic({
    google,
    desks,
    customers,
    random: chance(seed),
    isStored: isStoredIn(stage),
  });
  const answers = openAnswers(chance(seed + 1));
  const weather = openWeather({
    google,
    pool,
    accounts: accounts.flat(),
    random: chance(seed + 2),
    hangs: seconds >= 60,
  });
  const killing = openKilling(stage, stage.programs, chance(seed + 3));
  const compared: Compared = { google, pool, desks, traffic, answers: answers.taken };
  const watching = new AbortController();
  const mailboxes = watchMailboxes(pool, watching.signal);
  // What ends the run is said first, not that nothing can be watched any more.
  mailboxes.ended.catch(() => {});
  const streams = desks.map((desk) => listenLive(stage.url, desk, watching.signal));
  const revocation = openRevocation(stage, mailboxes, chance(seed + 4), say);

  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const leastKills = Math.floor((0.8 * seconds * 1_000) / options.killEvery);
  let kills = 0;
  const isPlayed = () =>
    traffic.played() >= options.messages && answers.taken.length >= options.sends && kills >= leastKills;
  /** A slow machine takes longer to play it all: then it is tortured for longer, twice as long at most. */
  const going = () => elapsed() < seconds * 1_000 || (!isPlayed() && elapsed() < seconds * 2_000);
  /** How many of so many should be done by now. */
  const dueOf = (whole: number) => Math.min(whole, Math.ceil((whole * elapsed()) / (seconds * 1_000)));

  await Promise.all([
    paced(
      async () => traffic.play(),
      () => traffic.played() < dueOf(options.messages),
      () => traffic.played() < options.messages,
    ),
    ...desks.flatMap((desk) =>
      desk.agents.map((person) =>
        paced(
          () => answers.write({ desk, person }),
          () => answers.taken.length < dueOf(options.sends),
          // What a slow machine has not taken while it was tortured is written after it.
          () => answers.taken.length < options.sends && elapsed() < seconds * 2_000 + writtenAfter,
        ),
      ),
    ),
    (async () => {
      while (going()) await sleep(await weather.change());
      await weather.clear();
    })(),
    (async () => {
      for (let next = options.killEvery; going(); next += options.killEvery) {
        await sleep(Math.max(0, next - elapsed()));
        kills += await killing.kill();
      }
    })(),
    (async () => {
      await sleep(seconds * 400);
      await revocation.play(seconds * 100);
    })(),
    (async () => {
      while (going()) {
        await sleep(5_000);
        const { rows } = await pool.query('select count(*)::int as n from gmail_message');
        say(
          `${Math.round(elapsed() / 1_000)} s: ${traffic.played()} messages played, ${rows[0].n} stored, ${answers.taken.length} answers taken, ${kills} kills; weather: ${weather.words()}`,
        );
      }
    })(),
  ]);

  say('faults are off, nobody is killed any more');
  for (const program of stage.programs) await program.ready();
  const quiet = await untilQuiet(stage, compared, say);
  if (!quiet) say('it does not become quiet; what is missing is counted as lost');
  watching.abort();
  await Promise.all([mailboxes.ended, ...streams.map(({ ended }) => ended)]);
  const findings = [
    ...(await compareMail(compared)),
    ...(await compareSends(compared)),
    ...(await compareTimelines(compared)),
    ...(await compareEvents(pool, streams)),
    ...(await revocation.compare()),
  ];
  const { crashes, faultsOfWeb, logs } = stage;
  return {
    findings,
    kills,
    messages: traffic.played(),
    sends: answers.taken.length,
    killedAt: killing.met,
    crashes: crashes(),
    faultsOfWeb,
    logs,
  };
}

/** Does `step` whenever it is `due`, while there `isMore`. */
async function paced(step: () => Promise<unknown>, due: () => boolean, isMore: () => boolean): Promise<void> {
  while (isMore()) {
    if (due() && (await step()) !== false) continue;
    await sleep(20);
  }
}

const isStoredIn =
  ({ pool, desks }: Stage) =>
  async (account: string, gmailIds: string[]): Promise<string[]> => {
    const mailboxId = desks.flatMap((desk) => desk.mailboxes.get(account) ?? [])[0];
    const { rows } = await pool.query(
      'select gmail_id from gmail_message where mailbox_id = $1 and gmail_id = any($2) and message_id is not null',
      [mailboxId, gmailIds],
    );
    return rows.map(({ gmail_id }) => gmail_id);
  };
