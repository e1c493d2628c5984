import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';
import { deliverEvenly } from './live-traffic.ts';

const most = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const rounds = 300;
const roundsBeside = Number(process.env.BENCH_ROUNDS ?? 100);
/** Messages that arrive in a second in all mailboxes together, in each at most one: Gmail notifies no faster. */
const perSecond = Number(process.env.BENCH_RATE ?? 50);

const requests = ['list', 'conversation', 'one', 'three', 'views'] as const;
type RequestName = (typeof requests)[number];
type Measured = Record<RequestName, { median: number; p99: number }>;
/** The paths that are asked for, by kind of request. */
type Paths = Record<RequestName, string[]>;

/**
 * Milliseconds per HTTP request, one after the other, in inboxes of 10,000, 100,000 and 1,000,000 messages: a page
 * of the list (any page of any view), a conversation, a search for one and for three words (of a recent message, so
 * that each finds something at every size), and the counts of the views. Baseline: the small inbox. `growth`: the
 * largest ratio of the medians. In the large inbox the same is measured again while a worker receives 50 messages a second
 * (`beside…`); `besideRatio`: the largest ratio of these 99th percentiles to those without. BENCH_MESSAGES replaces the
 * million, BENCH_RATE the 50.
 */
export async function readBench(): Promise<Record<string, number>> {
  const measureAt = async (messages: number) => {
    const environment = await startBenchEnvironment();
    try {
      await environment.startPostroom('web');
      await environment.signIn();
      const began = performance.now();
      await fillInstance(environment.pool, environment.instanceId(), { messages });
      console.log(`${messages} messages filled in ${Math.round((performance.now() - began) / 1_000)} s`);
      const paths = await readPaths(environment);
      const alone = await measure(environment, paths, rounds);
      return { alone, beside: messages === most ? await measureBesideIngest(environment, paths) : alone };
    } finally {
      await environment.stop();
    }
  };
  const { alone: few } = await measureAt(most / 100);
  const { alone: more } = await measureAt(most / 10);
  const { alone: many, beside } = await measureAt(most);
  const round = (value: number) => Math.round(value * 10) / 10;
  const growthOf = (name: RequestName) => Math.round((100 * many[name].median) / few[name].median) / 100;
  console.table(
    Object.fromEntries(
      requests.map((name) => {
        const shown = {
          [`median of ${most / 100}`]: round(few[name].median),
          [`p99 of ${most / 100}`]: round(few[name].p99),
          [`median of ${most}`]: round(many[name].median),
          [`p99 of ${most}`]: round(many[name].p99),
          ratio: growthOf(name),
          [`p99 beside ${perSecond} messages/s`]: round(beside[name].p99),
        };
        return [name, shown];
      }),
    ),
  );
  const growth = requests.flatMap((name) =>
    [few, more, many].map((measured, at) => [`${name}${10 ** at}x`, round(measured[name].median)] as const),
  );
  return {
    listP99: round(many.list.p99),
    conversationP99: round(many.conversation.p99),
    searchP99: round(Math.max(many.one.p99, many.three.p99)),
    viewsP99: round(many.views.p99),
    ...Object.fromEntries(growth),
    growth: Math.max(...requests.map(growthOf)),
    ...Object.fromEntries(requests.map((name) => [`${name}BesideP99`, round(beside[name].p99)])),
    besideRatio: round(Math.max(...requests.map((name) => beside[name].p99 / many[name].p99))),
  };
}

async function readPaths(environment: BenchEnvironment): Promise<Paths> {
  const base = `/api/instances/${environment.instanceId()}`;
  const get = async (path: string) => (await environment.call('GET', base + path)).json();
  type Page = { conversations: Array<{ id: string }>; next: string | null };
  // Paths of pages of every view, and of conversations on them.
  const pages: string[] = [];
  const conversations: string[] = [];
  for (const view of ['open', 'mine', 'unassigned', 'done']) {
    let after = '';
    for (let page = 0; page < 20; page += 1) {
      const path = `/conversations?view=${view}&limit=100${after}`;
      pages.push(path);
      const { conversations: rows, next } = (await get(path)) as Page;
      conversations.push(...rows.slice(0, 10).map(({ id }) => `/conversations/${id}`));
      if (!next) break;
      after = `&after=${next}`;
    }
  }
  const search = (words: string[]) => `/search?q=${encodeURIComponent(`${words.join(' ')} `)}`;
  const { rows } = await environment.pool.query<{ words: string }>(
    'select body_text as words from message order by sent_at desc limit $1',
    [rounds],
  );
  // Three different words of each text, at the same places at every size.
  const recent = rows.map(({ words }, at) => {
    const different = [...new Set(words.split(' '))];
    return [0, 1, 2].map((word) => different[(at + word * 7) % different.length]!);
  });
  const one = recent.map(([word]) => search([word!]));
  const three = recent.map(search);
  return { list: pages, conversation: conversations, one, three, views: ['/views'] };
}

async function measure(environment: BenchEnvironment, paths: Paths, count: number): Promise<Measured> {
  const base = `/api/instances/${environment.instanceId()}`;
  const get = async (path: string) => (await environment.call('GET', base + path)).json();
  const time = async (some: string[]) => {
    for (const path of some.slice(0, 50)) await get(path);
    const times: number[] = [];
    for (let round = 0; round < count; round += 1) {
      const began = performance.now();
      await get(some[(round * 7) % some.length]!);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    return { median: times[Math.floor(count / 2)]!, p99: times[Math.ceil(count * 0.99) - 1]! };
  };
  return {
    list: await time(paths.list),
    conversation: await time(paths.conversation),
    one: await time(paths.one),
    three: await time(paths.three),
    views: await time(paths.views),
  };
}

/** Measures while a worker of its own receives messages, as in a deployment of this size. */
async function measureBesideIngest(environment: BenchEnvironment, paths: Paths): Promise<Measured> {
  const accounts = Array.from({ length: perSecond }, (_, index) => `desk${index + 1}@acme.example`);
  await environment.connect(accounts);
  await environment.startPostroom('worker');
  const deliver = (slice: number) =>
    deliverEvenly(environment, accounts, { count: perSecond, run: `beside${slice}`, perSecond });
  await deliver(0); // compiles code and opens connections
  let isOver = false;
  const delivering = (async () => {
    for (let slice = 1; !isOver; slice += 1) await deliver(slice);
  })();
  const measured = await measure(environment, paths, roundsBeside);
  isOver = true;
  await delivering;
  return measured;
}
