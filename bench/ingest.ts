import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { listMessages } from '../server/src/google/messages.ts';
import { baselineTable, openBaselineGmail, storeDirectly } from './baseline.ts';
import { countTraffic, type Traffic } from './count-traffic.ts';
import { type BenchEnvironment, type Program, startBenchEnvironment } from './environment.ts';
import { postgresSeconds } from './postgres-seconds.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';
import { countStatements, printStatements } from './statements.ts';

const messages = Number(process.env.N ?? 5_000);
/** How many further messages are received while what goes to Postgres is counted. */
const counted = Number(process.env.COUNTED ?? 400);
const concurrency = 8;
const accounts = Array.from({ length: 8 }, (_, index) => `desk${index + 1}@acme.example`);
/** How many messages arrive at once in how many quiet mailboxes, and how many processes receive the backlog. */
const burst = Number(process.env.BURST ?? 300);
const burstAccounts = Array.from({ length: 12 }, (_, index) => `burst${index + 1}@acme.example`);
const workers = Number(process.env.WORKERS ?? 1);

/**
 * Messages per second from Gmail to the conversation, and processor time per message: 5,000 messages in 8
 * mailboxes without quotas. Baseline of the same run: a loop that lists the messages, fetches them raw with the
 * same concurrency, parses each and does one INSERT. The simulator and Postgres share the machine. Then the
 * statements, transactions and round trips of 400 further messages are counted, and two bursts of 300 in 12 other
 * mailboxes are measured.
 */
export async function ingestBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    const web = await environment.startPostroom('web');
    await environment.signIn();
    await environment.connect([...accounts, ...burstAccounts]);
    const random = seededRandom(1);
    let bytes = 0;
    const deliver = async (from: number, count: number, among = accounts) => {
      for (let n = from; n < from + count; n += 1) {
        const to = among[n % among.length]!;
        const raw = sampleMail(n, to, random);
        bytes += raw.length;
        await environment.deliver(to, raw);
      }
    };
    await deliver(0, messages);
    const megabytes = bytes / 1e6;
    await web.stop();
    const baseline = await measureBaseline(environment);
    await countStatements(environment.pool);
    const measured = await ingest(environment);
    await printStatements(environment.pool, messages);
    await deliver(messages, counted);
    const traffic = await countPerMessage(environment);
    const [arriving, arrivingNext] = await receiveBursts(environment, (done) =>
      deliver(messages + counted + done, burst, burstAccounts),
    );
    const round = (value: number) => Math.round(value * 100) / 100;
    const ratio = round(measured.rate / baseline.rate);
    console.table({
      Postroom: { ...toTableRow(measured), ratio },
      'baseline: list, fetch, parse, insert': toTableRow(baseline),
    });
    console.log(`${messages} messages, ${megabytes.toFixed(0)} MB, over ${accounts.length} mailboxes`);
    console.table({ 'a message': traffic });
    console.table({
      [`burst of ${burst} over ${burstAccounts.length} mailboxes`]: toTableRow(arriving),
      'the next one': toTableRow(arrivingNext),
    });
    return {
      rate: Math.round(measured.rate),
      floor: Math.round(baseline.rate),
      ratio,
      cpuMs: round(measured.cpuMs),
      floorCpuMs: round(baseline.cpuMs),
      postgresMs: round(measured.postgresMs),
      floorPostgresMs: round(baseline.postgresMs),
      ...traffic,
      burstRate: Math.round(arriving.rate),
      burstCpuMs: round(arriving.cpuMs),
      burstPostgresMs: round(arriving.postgresMs),
      nextBurstRate: Math.round(arrivingNext.rate),
      nextBurstCpuMs: round(arrivingNext.cpuMs),
      nextBurstPostgresMs: round(arrivingNext.postgresMs),
    };
  } finally {
    await environment.stop();
  }
}

type Figures = { rate: number; cpuMs: number; postgresMs: number };
const toTableRow = ({ rate, cpuMs, postgresMs }: Figures) => ({
  'messages per second': Math.round(rate),
  'processor ms per message': Number(cpuMs.toFixed(2)),
  'of Postgres (ms)': Number(postgresMs.toFixed(2)),
});

/** Measures from the first stored message to the last, without the start of the process. */
async function ingest(environment: BenchEnvironment): Promise<Figures> {
  const programs: Program[] = [];
  for (let n = 0; n < workers; n += 1) programs.push(await environment.startPostroom('worker'));
  const idle = processorSecondsOf(programs);
  const postgresBefore = await postgresSeconds(environment.pool);
  const count = async () => {
    const { rows } = await environment.pool.query(
      'select count(*)::int as stored, extract(epoch from max(stored_at) - min(stored_at))::float8 as seconds from gmail_message where message_id is not null',
    );
    return rows[0] as { stored: number; seconds: number };
  };
  for (let last = -1; ; ) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const { stored, seconds } = await count();
    if (stored >= messages) {
      const cpu = processorSecondsOf(programs) - idle;
      const postgres = (await postgresSeconds(environment.pool)) - postgresBefore;
      for (const program of programs) await program.stop();
      return {
        rate: (stored - 1) / seconds,
        cpuMs: (cpu / stored) * 1_000,
        postgresMs: (postgres / stored) * 1_000,
      };
    }
    if (stored === last && stored > 0) process.stderr.write(`waiting at ${stored}\n`);
    last = stored;
  }
}

function processorSecondsOf(programs: Program[]): number {
  return programs.reduce((sum, program) => sum + program.processorSeconds(), 0);
}

/** How long what a process does at rest is measured, and how long a burst may still cause something (ms). */
const restMs = 5_000;

/**
 * Measures a burst in a process that has received nothing before: code, plans and connections are new, as they are to most
 * bursts; and the next in the same process. What it uses at rest is subtracted. Delivering takes a part of the time, so the
 * rate is that of the two together. `deliver` is told how many messages of the bursts were delivered before.
 */
async function receiveBursts(
  environment: BenchEnvironment,
  deliver: (done: number) => Promise<void>,
): Promise<[Figures, Figures]> {
  const worker = await environment.startPostroom('worker');
  const read = async () => ({
    worker: worker.processorSeconds(),
    postgres: await postgresSeconds(environment.pool),
  });
  const receive = async (done: number): Promise<Figures> => {
    await sleep(restMs);
    const before = await read();
    await sleep(restMs);
    const rested = await read();
    const began = performance.now();
    await deliver(done);
    await environment.waitUntilStored(null, messages + counted + done + burst);
    const seconds = (performance.now() - began) / 1_000;
    await sleep(restMs);
    const after = await read();
    const periods = (seconds * 1_000 + restMs) / restMs;
    const each = (of: 'worker' | 'postgres') =>
      ((after[of] - rested[of] - periods * (rested[of] - before[of])) / burst) * 1_000;
    return { rate: burst / seconds, cpuMs: each('worker'), postgresMs: each('postgres') };
  };
  const bursts: [Figures, Figures] = [await receive(0), await receive(burst)];
  await worker.stop();
  return bursts;
}

/** What goes to Postgres for each of the further messages; `texts` is the number of different statements of all. */
async function countPerMessage(environment: BenchEnvironment): Promise<Record<keyof Traffic, number>> {
  const traffic = await countTraffic(environment.postgresHost);
  try {
    const worker = await environment.startPostroom('worker', {
      DATABASE_URL: `postgres://postroom@127.0.0.1:${traffic.port}/postroom`,
    });
    const began = performance.now();
    await environment.waitUntilStored(null, messages + counted);
    const stored = traffic.counts();
    const tookMs = performance.now() - began;
    // The worker's other loops go on meanwhile.
    const idleMs = 10_000;
    await sleep(idleMs);
    const idle = traffic.counts();
    await worker.stop();
    const each = (kind: keyof Traffic) => {
      const ofLoops = ((idle[kind] - stored[kind]) * tookMs) / idleMs;
      return Math.round((100 * Math.max(0, stored[kind] - ofLoops)) / counted) / 100;
    };
    return {
      roundTrips: each('roundTrips'),
      statements: each('statements'),
      transactions: each('transactions'),
      texts: stored.texts,
    };
  } finally {
    traffic.close();
  }
}

async function measureBaseline(environment: BenchEnvironment): Promise<Figures> {
  const pool = new pg.Pool({ ...environment.pool.options, max: 16 });
  await pool.query(baselineTable);
  const gmails = await Promise.all(
    accounts.map((account) => openBaselineGmail(environment, account, concurrency)),
  );
  const began = performance.now();
  const before = process.cpuUsage();
  const postgresBefore = await postgresSeconds(environment.pool);
  let stored = 0;
  await Promise.all(
    gmails.map(async (gmail) => {
      const ids: string[] = [];
      let pageToken: string | null = null;
      do {
        const page = await listMessages(gmail, { pageToken });
        if (page.kind !== 'ok') throw new Error(page.kind);
        ids.push(...page.value.messages.map(({ id }) => id));
        pageToken = page.value.nextPageToken;
      } while (pageToken);
      const queue = ids.values();
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          for (const id of queue) {
            await storeDirectly(pool, gmail, id);
            stored += 1;
          }
        }),
      );
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const postgres = (await postgresSeconds(environment.pool)) - postgresBefore;
  await pool.query('drop table baseline');
  await pool.end();
  return {
    rate: stored / seconds,
    cpuMs: (user + system) / 1_000 / stored,
    postgresMs: (postgres / stored) * 1_000,
  };
}
