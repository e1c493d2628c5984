import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchEnvironment } from './environment.ts';
import { sampleMail, seededRandom } from './sample-mail.ts';

/** Time of the system's monotonic clock, which is the same in all processes (ms). */
export const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

export type Delivered = { count: number; run: string; perSecond: number };

/** Delivers messages at a fixed rate in all mailboxes together, one after the other; returns the times by Message-ID. */
export async function deliverEvenly(
  simulator: Pick<BenchEnvironment, 'deliver'>,
  accounts: string[],
  { count, run, perSecond }: Delivered,
): Promise<Map<string, number>> {
  const arrived = new Map<string, number>();
  const random = seededRandom(3);
  const began = performance.now();
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, began + (n * 1_000) / perSecond - performance.now()));
    const account = accounts[n % accounts.length]!;
    const id = `<${run}-${n}@far.example>`;
    const raw = Buffer.from(
      sampleMail(n, account, random)
        .toString('latin1')
        .replace(/<bench-\d+@far\.example>/, id),
      'latin1',
    );
    arrived.set(id, monotonicMs());
    await simulator.deliver(account, raw, `${run}${n}@far.example`);
  }
  return arrived;
}

/**
 * Reads the live stream (server-sent events) as a signed-in browser does. `seen`: gets the time of each message's event by
 * its id. Returns a function that stops it.
 */
export async function followLiveStream(
  environment: BenchEnvironment,
  seen: Map<string, number>,
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
        if (type === 'message.stored' && messageId) seen.set(messageId, monotonicMs());
      }
    }
  })().catch(() => {});
  return () => stop.abort();
}

/** Milliseconds from the arrival of each message to its event; throws if one was not stored. */
export async function latenciesOf(
  environment: BenchEnvironment,
  arrived: Map<string, number>,
  seen: Map<string, number>,
): Promise<number[]> {
  const { rows } = await environment.pool.query<{ id: string; rfc: string }>(
    'select id, rfc_message_id as rfc from message where rfc_message_id = any($1)',
    [[...arrived.keys()]],
  );
  if (rows.length !== arrived.size) throw new Error(`${rows.length} of ${arrived.size} were stored`);
  return rows.map(({ id, rfc }) => (seen.get(id) ?? Number.POSITIVE_INFINITY) - arrived.get(rfc)!);
}

export type Quantiles = { p50: number; p99: number };

export function quantiles(times: number[]): Quantiles {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}

export const toTableRow = ({ p50, p99 }: Quantiles) => ({ 'median (ms)': p50, 'p99 (ms)': p99 });
