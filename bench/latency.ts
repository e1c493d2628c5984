import { setTimeout as sleep } from 'node:timers/promises';
import { listMessages } from '../server/src/google/messages.ts';
import { baselineTable, openBaselineGmail, storeDirectly } from './baseline.ts';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

const messages = 600;
const messagesPerSecond = 10;
/** Enough that each gets at most one message per second: Gmail drops notifications above that rate. */
const accounts = Array.from({ length: 20 }, (_, index) => `desk${index + 1}@acme.example`);

/**
 * Milliseconds from a message's arrival at Gmail to its event on the live stream of a signed-in session, at 10
 * messages per second. Baseline of the same run: fetch, parse and insert the message.
 */
export async function latencyBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('all');
    await environment.signIn();
    await environment.connect(accounts);
    await sleep(5_000);
    const seen = new Map<string, number>();
    const stopFollowing = await followLiveStream(environment, (messageId) =>
      seen.set(messageId, performance.now()),
    );
    await deliverEvenly(environment, 100, 'warm-up'); // compiles code and opens connections
    const arrived = await deliverEvenly(environment, messages, 'measured');
    await environment.waitUntilStored(null, messages + 100);
    await sleep(2_000);
    stopFollowing();
    const { rows } = await environment.pool.query<{ id: string; rfc: string }>(
      'select id, rfc_message_id as rfc from message',
    );
    const times = rows.flatMap(({ id, rfc }) => {
      const from = arrived.get(rfc);
      const to = seen.get(id);
      return from === undefined ? [] : [to === undefined ? Number.POSITIVE_INFINITY : to - from];
    });
    if (times.length !== messages) throw new Error(`${times.length} of ${messages} were stored`);
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
    await environment.stop();
  }
}

/** Delivers messages at a fixed rate, one mailbox after the other; returns the times by Message-ID. */
async function deliverEvenly(
  environment: BenchEnvironment,
  count: number,
  run: string,
): Promise<Map<string, number>> {
  const arrived = new Map<string, number>();
  const random = seededRandom(3);
  const began = performance.now();
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, began + (n * 1_000) / messagesPerSecond - performance.now()));
    const account = accounts[n % accounts.length]!;
    const id = `<${run}-${n}@far.example>`;
    const raw = Buffer.from(
      sampleMail(n, account, random)
        .toString('latin1')
        .replace(/<bench-\d+@far\.example>/, id),
      'latin1',
    );
    arrived.set(id, performance.now());
    await environment.deliver(account, raw, `${run}${n}@far.example`);
  }
  return arrived;
}

/** Reads the live stream (server-sent events) as a signed-in browser does; returns a function that stops it. */
async function followLiveStream(
  environment: BenchEnvironment,
  onStored: (messageId: string) => void,
): Promise<() => void> {
  const stop = new AbortController();
  const answer = await fetch(`${environment.url}/api/instances/${environment.instanceId()}/events`, {
    headers: { cookie: environment.cookie(), accept: 'text/event-stream' },
    signal: stop.signal,
  });
  void (async () => {
    let text = '';
    for await (const chunk of answer.body!) {
      text += Buffer.from(chunk).toString();
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events) {
        const data = /^event: message\ndata: (.*)$/m.exec(event)?.[1];
        const { type, messageId } = JSON.parse(data ?? '{}') as { type?: string; messageId?: string };
        if (type === 'message.stored' && messageId) onStored(messageId);
      }
    }
  })().catch(() => {});
  return () => stop.abort();
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

type Quantiles = { p50: number; p99: number };

function quantiles(times: number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}

const toTableRow = ({ p50, p99 }: Quantiles) => ({ 'median (ms)': p50, 'p99 (ms)': p99 });
