import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Deliverer, startDeliverer } from './deliver-process.ts';
import { type BenchEnvironment, type Program, startBenchEnvironment } from './environment.ts';
import { startEventRelay } from './event-relay.ts';
import { type Quantiles, quantiles, toTableRow } from './live-traffic.ts';
import { postgresSeconds } from './postgres-seconds.ts';
import type { ListenerAnswer, ListenerRequest } from './stream-listeners.ts';
import { createSessions, secretForSessions } from './user-sessions.ts';

const sessions = Number(process.env.BENCH_SESSIONS ?? 200);
const held = Number(process.env.BENCH_HELD ?? 2_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const perSecond = Number(process.env.BENCH_RATE ?? 50);
const seconds = 8;
/** Enough that each gets at most one message per second: Gmail drops notifications above that rate. */
const accounts = Array.from(
  { length: Math.max(20, perSecond) },
  (_, index) => `desk${index + 1}@acme.example`,
);

type Measured = {
  live: number[];
  list: number[];
  events: number;
  serverSeconds: number;
  postgresSeconds: number;
};

/**
 * 200 sessions that listen while 50 messages arrive in a second: milliseconds from the arrival at Gmail to the event
 * on the streams, and of requests for the list, beside the same with one session in turns. Processor time of an event
 * for each further session. At the end 2,000 sessions at a fifth of the messages. `ratio`: the larger of the two
 * ratios of the 99th percentiles.
 *
 * The same through a relay: a bare HTTP server reads one stream of Postroom all the time, and the sessions are connected
 * to that. Its ratios (`relay…`) are what writing and reading so many sockets costs on this machine by itself.
 */
export async function loadBench(): Promise<Record<string, number>> {
  const environment = await startBenchEnvironment();
  const deliverer = startDeliverer(environment.google);
  const [watching, holding, relay] = [startListeners(), startListeners(), startEventRelay()];
  try {
    const server = await environment.startPostroom('all', { POSTROOM_SECRET: secretForSessions });
    await environment.signIn();
    await environment.connect(accounts);
    const cookies = await createSessions(
      environment.pool,
      environment.instanceId(),
      Math.max(sessions, held) + 1,
    );
    const path = `/api/instances/${environment.instanceId()}/events`;
    const relayed = await relay.begin(`${environment.url}${path}`, cookies.pop()!);
    await sleep(5_000);
    const parts = { environment, server, deliverer, watching, holding };
    const measure = (count: number, rate = perSecond, url = environment.url) =>
      measureWith(parts, { url, path, cookies: cookies.slice(0, count) }, rate);
    await measure(1); // warm-up: compiles code and opens connections
    const [one, many, floorOne, floorMany] = [emptyFigures(), emptyFigures(), emptyFigures(), emptyFigures()];
    for (let round = 0; round < rounds; round += 1) {
      add(one, await measure(1));
      add(floorOne, await measure(1, perSecond, relayed));
      add(many, await measure(sessions));
      add(floorMany, await measure(sessions, perSecond, relayed));
    }
    const memoryBefore = await server.memory();
    const most = held > 0 ? await measure(held, perSecond / 5) : null;
    const memoryOfSession = ((await server.memory()) - memoryBefore) / held;
    return report({ one, many, floorOne, floorMany, most }, memoryOfSession);
  } finally {
    for (const each of [watching, holding, relay, deliverer]) each.stop();
    await environment.stop();
  }
}

const emptyFigures = (): Measured => ({
  live: [],
  list: [],
  events: 0,
  serverSeconds: 0,
  postgresSeconds: 0,
});

function add(sum: Measured, one: Measured): void {
  sum.live.push(...one.live);
  sum.list.push(...one.list);
  sum.events += one.events;
  sum.serverSeconds += one.serverSeconds;
  sum.postgresSeconds += one.postgresSeconds;
}

type Listeners = ReturnType<typeof startListeners>;

function startListeners() {
  const child = fork(fileURLToPath(new URL('stream-listeners.ts', import.meta.url)));
  return {
    async ask(request: ListenerRequest): Promise<ListenerAnswer> {
      child.send(request);
      const [answer] = (await once(child, 'message')) as [ListenerAnswer];
      return answer;
    },
    stop: () => void child.kill(),
  };
}

type Parts = {
  environment: BenchEnvironment;
  server: Program;
  deliverer: Deliverer;
  /** Looks for messages in the streams opened first and last. */
  watching: Listeners;
  /** Reads the others: hundreds of streams read by one process would delay each other there, and not in the server. */
  holding: Listeners;
};
/** In how many streams opened first, and in how many opened last, messages are looked for. */
const watched = 10;
let runs = 0;

async function measureWith(
  { environment, server, deliverer, watching, holding }: Parts,
  { cookies, ...target }: { url: string; path: string; cookies: string[] },
  rate: number,
): Promise<Measured> {
  const last = Math.max(watched, cookies.length - watched);
  await watching.ask({ ...target, cookies: cookies.slice(0, watched), looks: true });
  await holding.ask({ ...target, cookies: cookies.slice(watched, last), looks: false });
  await watching.ask({ ...target, cookies: cookies.slice(last), looks: true });
  const before = await counters(environment, server);
  const run = `load${runs++}`;
  let isDelivering = true;
  const listing = requestList(environment, () => isDelivering);
  const arrived = await deliverer.deliver(accounts, { count: seconds * rate, run, perSecond: rate });
  isDelivering = false;
  const ids = await messageIds(environment, arrived);
  await sleep(1_000);
  const after = await counters(environment, server);
  const answers = await Promise.all([watching.ask('stop'), holding.ask('stop')]);
  const stopped = answers.flatMap((answer) => ('seen' in answer ? answer : []));
  if (stopped.some(({ lost }) => lost > 0)) throw new Error('The server ended some of the live streams');
  const live = stopped
    .flatMap(({ seen }) => seen)
    .flatMap(([messageId, ms]) => {
      const at = arrived.get(ids.get(messageId) ?? '');
      return at === undefined ? [] : [ms - at];
    });
  const expected = Math.min(2 * watched, cookies.length) * arrived.size;
  if (live.length < expected) throw new Error(`${live.length} of ${expected} events came`);
  return {
    live,
    list: await listing,
    events: after.events - before.events,
    serverSeconds: after.serverSeconds - before.serverSeconds,
    postgresSeconds: after.postgresSeconds - before.postgresSeconds,
  };
}

async function counters(environment: BenchEnvironment, server: Program) {
  const { rows } = await environment.pool.query<{ events: number }>(
    'select last_seq::int as events from event_sequence',
  );
  return {
    events: rows[0]!.events,
    serverSeconds: server.processorSeconds(),
    postgresSeconds: await postgresSeconds(environment.pool),
  };
}

/** Waits until the messages are stored; returns their Message-IDs by id. */
async function messageIds(
  { pool }: BenchEnvironment,
  arrived: Map<string, number>,
): Promise<Map<string, string>> {
  for (;;) {
    const { rows } = await pool.query<{ id: string; rfc: string }>(
      'select id, rfc_message_id as rfc from message where rfc_message_id = any($1)',
      [[...arrived.keys()]],
    );
    if (rows.length === arrived.size) return new Map(rows.map(({ id, rfc }) => [id, rfc]));
    await sleep(200);
  }
}

/** Asks for the first page of the list five times a second; resolves with the times (ms). */
async function requestList(environment: BenchEnvironment, goesOn: () => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goesOn()) {
    const began = performance.now();
    const path = `/api/instances/${environment.instanceId()}/conversations?view=open&limit=100`;
    await (await environment.call('GET', path)).arrayBuffer();
    times.push(performance.now() - began);
    await sleep(Math.max(0, 200 - (performance.now() - began)));
  }
  return times;
}

function report(
  {
    one,
    many,
    floorOne,
    floorMany,
    most,
  }: Record<'one' | 'many' | 'floorOne' | 'floorMany', Measured> & { most: Measured | null },
  memoryOfSession: number,
): Record<string, number> {
  const round = (value: number) => Math.round(value * 100) / 100;
  const perEvent = ({ serverSeconds, events }: Measured) => (1_000 * serverSeconds) / events;
  const row = (figures: Measured) => ({
    ...toTableRow(quantiles(figures.live)),
    'list p99 (ms)': quantiles(figures.list).p99,
    'server ms an event': round(perEvent(figures)),
    'Postgres ms an event': round((1_000 * figures.postgresSeconds) / figures.events),
  });
  console.table({
    '1 session': row(one),
    [`${sessions} sessions`]: row(many),
    '1 through the relay': row(floorOne),
    [`${sessions} through the relay`]: row(floorMany),
    ...(most && { [`${held} sessions, ${perSecond / 5} messages a second`]: row(most) }),
  });
  const ratioOf = (more: number[], less: number[], which: keyof Quantiles) =>
    round(quantiles(more)[which] / quantiles(less)[which]);
  const liveRatio = ratioOf(many.live, one.live, 'p99');
  const listRatio = ratioOf(many.list, one.list, 'p99');
  return {
    liveP50: quantiles(many.live).p50,
    liveP99: quantiles(many.live).p99,
    floorP50: quantiles(one.live).p50,
    floorP99: quantiles(one.live).p99,
    listP99: quantiles(many.list).p99,
    floorListP99: quantiles(one.list).p99,
    medianRatio: ratioOf(many.live, one.live, 'p50'),
    relayMedianRatio: ratioOf(floorMany.live, floorOne.live, 'p50'),
    liveRatio,
    relayLiveRatio: ratioOf(floorMany.live, floorOne.live, 'p99'),
    listRatio,
    relayListRatio: ratioOf(floorMany.list, floorOne.list, 'p99'),
    eventMs: round(perEvent(one)),
    // Less than what differs by chance counts as nothing.
    sessionEventUs: round((1_000 * Math.max(0, perEvent(many) - perEvent(one))) / (sessions - 1)),
    ...(most && { heldP99: quantiles(most.live).p99, heldKilobytes: round(memoryOfSession / 1024) }),
    ratio: Math.max(liveRatio, listRatio),
  };
}
