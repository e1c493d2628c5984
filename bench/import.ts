import { setTimeout as sleep } from 'node:timers/promises';
import { startDeliverer } from './deliver-process.ts';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { followLiveStream, latenciesOf, quantiles, toTableRow } from './live-traffic.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

const older = Number(process.env.BENCH_MESSAGES ?? 50_000);
const live = Number(process.env.BENCH_LIVE ?? 600);
/** Gmail's limit for one account, as Postroom keeps it; BENCH_UNITS replaces it. */
const unitsPerMinute = process.env.BENCH_UNITS ?? '6000';
const perSecond = 10;
const importing = 'archive@acme.example';
const accounts = [...Array.from({ length: 19 }, (_, index) => `desk${index + 1}@acme.example`), importing];

/**
 * Milliseconds from a message's arrival at Gmail to its event on the live stream, at 10 messages per second in 20
 * mailboxes: alone, which is the floor, and while older mail of one of them is imported. `imported`: how many older
 * messages were stored meanwhile; the import is not waited for.
 */
export async function importBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  const deliverer = startDeliverer(environment.google);
  try {
    await environment.startPostroom('all', { GMAIL_UNITS_PER_MINUTE: unitsPerMinute });
    await environment.signIn();
    const mailboxIds = await environment.connect(accounts);
    await addOlderMail(environment);
    const seen = new Map<string, number>();
    const stopFollowing = await followLiveStream(environment, seen);
    // The first compile code and open connections.
    await deliverer.deliver(accounts, { count: 100, run: 'warm-up', perSecond });
    const measure = async (run: string) => {
      const arrived = await deliverer.deliver(accounts, { count: live, run, perSecond });
      await waitUntilSeen(environment, arrived, seen);
      return quantiles(await latenciesOf(environment, arrived, seen));
    };
    const alone = await measure('alone');
    const imports = `/api/instances/${environment.instanceId()}/mailboxes/${mailboxIds.get(importing)}/imports`;
    await environment.call('POST', imports, { by: 'days', days: 365 });
    await waitUntilImporting(environment);
    const beside = await measure('beside');
    const { imported, state } = await progressOf(environment);
    if (state !== 'running') throw new Error(`The import of ${older} messages ended before the measurement`);
    stopFollowing();
    const ratio = Math.round((100 * beside.p50) / alone.p50) / 100;
    console.table({
      alone: toTableRow(alone),
      'beside an import': { ...toTableRow(beside), ratio, imported },
    });
    return { p50: beside.p50, p99: beside.p99, floorP50: alone.p50, floorP99: alone.p99, ratio, imported };
  } finally {
    deliverer.stop();
    await environment.stop();
  }
}

async function addOlderMail(environment: BenchEnvironment): Promise<void> {
  const random = seededRandom(7);
  const slice = 100;
  for (let n = 0; n < older; n += slice) {
    const raws = Array.from({ length: Math.min(slice, older - n) }, (_, index) =>
      sampleMail(n + index, importing, random).toString('base64'),
    );
    await environment.control('older-mail', { account: importing, daysAgo: 1 + (300 * n) / older, raws });
  }
}

/** Waits until each message was stored, and reported on the live stream. */
async function waitUntilSeen(
  { pool }: BenchEnvironment,
  arrived: Map<string, number>,
  seen: Map<string, number>,
): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(
      'select id from message where rfc_message_id = any($1)',
      [[...arrived.keys()]],
    );
    if (rows.length === arrived.size && rows.every(({ id }) => seen.has(id))) return;
    await sleep(200);
  }
}

const progressOf = async ({ pool }: BenchEnvironment) =>
  (await pool.query<{ imported: number; state: string }>('select imported, state from mailbox_import'))
    .rows[0]!;

async function waitUntilImporting(environment: BenchEnvironment): Promise<void> {
  while ((await progressOf(environment)).imported === 0) await sleep(100);
}
