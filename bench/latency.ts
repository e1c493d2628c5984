import { setTimeout as sleep } from 'node:timers/promises';
import { listMessages } from '../server/src/google/messages.ts';
import { baselineTable, openBaselineGmail, storeDirectly } from './baseline.ts';
import { startDeliverer } from './deliver-process.ts';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { followLiveStream, latenciesOf, quantiles, toTableRow } from './live-traffic.ts';

const messages = Number(process.env.BENCH_MESSAGES ?? 600);
const perSecond = 10;
/** Enough that each gets at most one message per second: Gmail drops notifications above that rate. */
const accounts = Array.from({ length: 20 }, (_, index) => `desk${index + 1}@acme.example`);

/**
 * Milliseconds from a message's arrival at Gmail to its event on the live stream of a signed-in session, at 10
 * messages per second. Baseline of the same run: fetch, parse and insert the message.
 */
export async function latencyBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  const deliverer = startDeliverer(environment.google);
  try {
    await environment.startPostroom('all');
    await environment.signIn();
    await environment.connect(accounts);
    await sleep(5_000);
    const seen = new Map<string, number>();
    const stopFollowing = await followLiveStream(environment, seen);
    // The first compile code and open connections.
    await deliverer.deliver(accounts, { count: 100, run: 'warm-up', perSecond });
    const arrived = await deliverer.deliver(accounts, { count: messages, run: 'measured', perSecond });
    await environment.waitUntilStored(null, messages + 100);
    await sleep(2_000);
    stopFollowing();
    const times = await latenciesOf(environment, arrived, seen);
    const measured = quantiles(times);
    const baseline = quantiles(await measureBaseline(environment));
    const ratio = Math.round((100 * measured.p50) / baseline.p50) / 100;
    console.table({
      Postroom: { ...toTableRow(measured), ratio },
      'baseline: fetch, parse, insert': toTableRow(baseline),
    });
    return {
      p50: measured.p50,
      p99: measured.p99,
      floorP50: baseline.p50,
      floorP99: baseline.p99,
      ratio,
    };
  } finally {
    deliverer.stop();
    await environment.stop();
  }
}

/** Milliseconds to fetch, parse and insert each of the same messages, one after the other. */
async function measureBaseline(environment: BenchEnvironment): Promise<number[]> {
  await environment.pool.query(baselineTable);
  const gmails = await Promise.all(accounts.map((account) => openBaselineGmail(environment, account, 8)));
  const times: number[] = [];
  for (const gmail of gmails) {
    const page = await listMessages(gmail, {});
    if (page.kind !== 'ok') throw new Error(page.kind);
    for (const { id } of page.value.messages) {
      const began = performance.now();
      await storeDirectly(environment.pool, gmail, id);
      times.push(performance.now() - began);
      await sleep(20);
    }
  }
  return times.slice(20);
}
