import { setTimeout as sleep } from 'node:timers/promises';
import { listMessages } from '../server/src/google/messages.ts';
import { baselineTable, openBaselineGmail, storeDirectly } from './baseline.ts';
import { openStage, type Stage } from './environment.ts';
import { chance, realMail } from './sample-mail.ts';

const messages = 600;
const aSecond = 10;
/** So many that none gets more than one a second: Gmail drops notifications beyond that. */
const accounts = Array.from({ length: 20 }, (_, index) => `desk${index + 1}@acme.example`);

/**
 * Milliseconds from a message's arrival at Google, which publishes its notification, to its event in a
 * session that listens, at 10 messages a second; beside fetching, parsing and inserting it alone.
 */
export async function latencyBench(): Promise<Record<string, number>> {
  const stage = await openStage();
  try {
    await stage.startPostroom('all');
    await stage.signIn();
    await stage.connect(accounts);
    await sleep(5_000);
    const seen = new Map<string, number>();
    const stopListening = await listen(stage, (messageId) => seen.set(messageId, performance.now()));
    await arriveEvenly(stage, 100, 'warm-up'); // code is compiled, connections are open
    const arrived = await arriveEvenly(stage, messages, 'measured');
    await stage.stored(null, messages + 100);
    await sleep(2_000);
    stopListening();
    const { rows } = await stage.pool.query<{ id: string; rfc: string }>(
      'select id, rfc_message_id as rfc from message',
    );
    const times = rows.flatMap(({ id, rfc }) => {
      const from = arrived.get(rfc);
      const to = seen.get(id);
      return from === undefined ? [] : [to === undefined ? Number.POSITIVE_INFINITY : to - from];
    });
    if (times.length !== messages) throw new Error(`${times.length} of ${messages} were stored`);
    const ours = quantiles(times);
    const floor = quantiles(await alone(stage));
    console.table({ Postroom: ours, 'floor: fetch, parse, insert': floor });
    return {
      p50: ours.p50,
      p99: ours.p99,
      floorP50: floor.p50,
      floorP99: floor.p99,
      ratio: ratioOf(ours.p50, floor.p50),
    };
  } finally {
    await stage.clear();
  }
}

/** Lets messages arrive at the pace, each mailbox in turn; answers when each did, by Message-ID. */
async function arriveEvenly(stage: Stage, count: number, run: string): Promise<Map<string, number>> {
  const arrived = new Map<string, number>();
  const random = chance(3);
  const began = performance.now();
  for (let n = 0; n < count; n += 1) {
    await sleep(Math.max(0, began + (n * 1_000) / aSecond - performance.now()));
    const account = accounts[n % accounts.length]!;
    const id = `<${run}-${n}@far.example>`;
    const raw = Buffer.from(
      realMail(n, account, random)
        .toString('latin1')
        .replace(/<bench-\d+@far\.example>/, id),
      'latin1',
    );
    arrived.set(id, performance.now());
    await stage.deliver(account, raw, `${run}${n}@far.example`);
  }
  return arrived;
}

/** A signed-in session at the live stream (server-sent events), as a browser holds one. */
async function listen(stage: Stage, onStored: (messageId: string) => void): Promise<() => void> {
  const stop = new AbortController();
  const answer = await fetch(`${stage.url}/api/instances/${stage.instanceId()}/events`, {
    headers: { cookie: stage.cookie(), accept: 'text/event-stream' },
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

/** Fetching, parsing and inserting the same messages, at the same pace, and nothing else. */
async function alone(stage: Stage): Promise<number[]> {
  await stage.pool.query(baselineTable);
  const gmails = await Promise.all(accounts.map((account) => openBaselineGmail(stage, account, 8)));
  const times: number[] = [];
  for (const gmail of gmails) {
    const page = await listMessages(gmail, {});
    if (page.kind !== 'ok') throw new Error(page.kind);
    for (const { id } of page.value.messages) {
      const began = performance.now();
      await storeDirectly(stage.pool, gmail, id);
      times.push(performance.now() - began);
      await sleep(20);
    }
  }
  return times.slice(20);
}

function quantiles(times: number[]): { p50: number; p99: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]! * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}

const ratioOf = (ours: number, floor: number) => Math.round((ours / floor) * 100) / 100;
