import { setTimeout as sleep } from 'node:timers/promises';
import { startDeliverer } from './deliver-process.ts';
import { type BenchEnvironment, startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';

const most = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const rounds = Number(process.env.BENCH_ROUNDS ?? 300);
/** Before each measurement: code is compiled, and statements are planned on each connection. */
const warmUpRounds = 100;
/** A prime number, so that rounds go through all paths of any number. */
const stride = 7_919;
/** Conversations on a page of the list, as the inbox asks for at first; a page that is not full takes less time. */
const pageSize = 50;
/** How many pages of each view, if it has so many. */
const pagesOfView = 20;
/** How many different searches of each kind are asked for. */
const searches = 60;
/** How many conversations a search finds, the same at every size: one word a full page, three words few. */
const fullPage = { least: 30, most: 30 };
const someFound = { least: 10, most: 29 };
/** Messages that arrive in a second in all mailboxes together, in each at most one: Gmail notifies no faster. */
const perSecond = Number(process.env.BENCH_RATE ?? 50);

const requests = ['list', 'conversation', 'one', 'three', 'views'] as const;
type RequestName = (typeof requests)[number];
type Measured = Record<RequestName, { median: number; p99: number }>;
/** The paths that are asked for, by kind of request. */
type Paths = Record<RequestName, string[]>;

/**
 * Milliseconds per HTTP request, one after the other, in inboxes of 10,000, 100,000 and 1,000,000 messages: a page
 * of the list (full pages, as many of each view), a conversation, a search for one and for three words (of a recent message, so
 * common that they find the same at every size), and the counts of the views. Baseline: the small inbox. `growth`: the
 * largest ratio of the medians. In the large inbox the same is measured again while a worker receives 50 messages a second
 * (`beside…`); `besideRatio`: the largest ratio of these 99th percentiles to those without. BENCH_MESSAGES replaces the
 * million, BENCH_RATE the 50.
 */
export async function readBench(): Promise<Record<string, number>> {
  /** The views of which every size has a full page: one of open conversations takes longer than one of others. */
  let views = ['open', 'mine', 'unassigned', 'done'];
  const measureAt = async (messages: number) => {
    const environment = await startBenchEnvironment();
    try {
      await environment.startPostroom('web');
      await environment.signIn();
      const began = performance.now();
      await fillInstance(environment.pool, environment.instanceId(), { messages });
      console.log(`${messages} messages filled in ${Math.round((performance.now() - began) / 1_000)} s`);
      const pages = await readPages(environment, views);
      views = [...pages.lists.keys()];
      const paths = await readPaths(environment, pages);
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

type Page = { conversations: Array<{ id: string }>; next: string | null };

/** Paths of full pages by view, for each view that has one, and of conversations on any page. */
async function readPages(environment: BenchEnvironment, views: string[]) {
  const lists = new Map<string, string[]>();
  const conversations: string[] = [];
  for (const view of views) {
    const pages: string[] = [];
    for (let after = ''; pages.length < pagesOfView; ) {
      const path = `/conversations?view=${view}&limit=${pageSize}${after}`;
      const { conversations: rows, next } = await getPage(environment, path);
      conversations.push(...rows.slice(0, 10).map(({ id }) => `/conversations/${id}`));
      if (rows.length === pageSize) pages.push(path);
      if (!next) break;
      after = `&after=${next}`;
    }
    if (pages.length > 0) lists.set(view, pages);
  }
  return { lists, conversations };
}

async function getPage(environment: BenchEnvironment, path: string): Promise<Page> {
  const answer = await environment.call('GET', `/api/instances/${environment.instanceId()}${path}`);
  return (await answer.json()) as Page;
}

async function readPaths(
  environment: BenchEnvironment,
  { lists, conversations }: Awaited<ReturnType<typeof readPages>>,
): Promise<Paths> {
  const { rows } = await environment.pool.query<{ words: string }>(
    'select body_text as words from message order by sent_at desc limit $1',
    [searches],
  );
  const texts = rows.map(({ words }) => fromCommonToRare(words));
  const find = async (words: string[]) => {
    const path = `/search?q=${encodeURIComponent(`${words.join(' ')} `)}`;
    return { path, found: (await getPage(environment, path)).conversations.length };
  };
  return {
    // As many of each view.
    list: Array.from({ length: pagesOfView }, (_, at) =>
      [...lists.values()].map((pages) => pages[at % pages.length]!),
    ).flat(),
    conversation: conversations,
    one: await searchesThatFind(find, texts, { count: 1, ...fullPage }),
    three: await searchesThatFind(find, texts, { count: 3, ...someFound }),
    views: ['/views'],
  };
}

/** The different words of a text. Their numbers begin with the most common one (fill-instance.ts). */
function fromCommonToRare(text: string): string[] {
  const numberOf = (word: string) => Number.parseInt(word.slice(2), 16);
  return [...new Set(text.split(' '))].sort((a, b) => numberOf(a) - numberOf(b));
}

/** For each text the path of a search for `count` of its words, neighbours in how common they are, which finds so much. */
async function searchesThatFind(
  find: (words: string[]) => Promise<{ path: string; found: number }>,
  texts: string[][],
  { count, least, most }: { count: number; least: number; most: number },
): Promise<string[]> {
  const paths: string[] = [];
  for (const words of texts) {
    let [from, to] = [0, words.length - count];
    while (from <= to) {
      const at = Math.floor((from + to) / 2);
      const { path, found } = await find(words.slice(at, at + count));
      if (found < least) to = at - 1;
      else if (found > most) from = at + 1;
      else {
        paths.push(path);
        break;
      }
    }
  }
  if (paths.length < texts.length / 4) throw new Error(`Only ${paths.length} searches find enough`);
  return paths;
}

/** Asks for one of each kind in turn, as people do, and not for one kind while the server compiles its code. */
async function measure(environment: BenchEnvironment, paths: Paths, count: number): Promise<Measured> {
  const base = `/api/instances/${environment.instanceId()}`;
  const times = new Map(requests.map((name) => [name, [] as number[]]));
  for (let round = -warmUpRounds; round < count; round += 1) {
    for (const name of requests) {
      const some = paths[name];
      const began = performance.now();
      const answer = await environment.call(
        'GET',
        base + some[((round + warmUpRounds) * stride) % some.length]!,
      );
      await answer.json();
      if (round >= 0) times.get(name)!.push(performance.now() - began);
    }
  }
  const quantilesOf = (name: RequestName) => {
    const sorted = times.get(name)!.sort((a, b) => a - b);
    return { median: sorted[Math.floor(count / 2)]!, p99: sorted[Math.ceil(count * 0.99) - 1]! };
  };
  return Object.fromEntries(requests.map((name) => [name, quantilesOf(name)])) as Measured;
}

/** Measures while a worker of its own receives messages, as in a deployment of this size. */
async function measureBesideIngest(environment: BenchEnvironment, paths: Paths): Promise<Measured> {
  const accounts = Array.from({ length: perSecond }, (_, index) => `desk${index + 1}@acme.example`);
  await environment.connect(accounts);
  await environment.startPostroom('worker');
  const deliverer = startDeliverer(environment.google);
  // Neither is on the machine of a deployment.
  for (const program of [environment.simulator, deliverer]) program.goLast();
  try {
    const delivering = deliverer.deliver(accounts, {
      count: Number.MAX_SAFE_INTEGER,
      run: 'beside',
      perSecond,
    });
    const ended = delivering.then(() => Promise.reject(new Error('Delivering has ended')));
    // The first second compiles code and opens connections.
    await Promise.race([sleep(1_000), ended]);
    return await Promise.race([measure(environment, paths, rounds), ended]);
  } finally {
    deliverer.stop();
  }
}
