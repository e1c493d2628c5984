import { startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';

const most = Number(process.env.BENCH_MESSAGES ?? 1_000_000);
const rounds = 300;

const requests = ['list', 'conversation', 'one', 'three', 'views'] as const;
type Measured = Record<(typeof requests)[number], { median: number; p99: number }>;

/**
 * Milliseconds per HTTP request, one after the other, in inboxes of 10,000, 100,000 and 1,000,000 messages: a page
 * of the list (any page of any view), a conversation, a search for one and for three words (of a recent message, so
 * that each finds something at every size), and the counts of the views. Baseline: the small inbox. `growth`: the
 * largest ratio of the medians. BENCH_MESSAGES replaces the million.
 */
export async function readBench(): Promise<Record<string, number>> {
  const measureAt = async (messages: number): Promise<Measured> => {
    const environment = await startBenchEnvironment();
    try {
      await environment.startPostroom('web');
      await environment.signIn();
      const began = performance.now();
      await fillInstance(environment.pool, environment.instanceId(), { messages });
      console.log(`${messages} messages filled in ${Math.round((performance.now() - began) / 1_000)} s`);
      return await measure(environment);
    } finally {
      await environment.stop();
    }
  };
  const [few, more, many] = [
    await measureAt(most / 100),
    await measureAt(most / 10),
    await measureAt(most),
  ] as const;
  const round = (value: number) => Math.round(value * 10) / 10;
  const growthOf = (name: (typeof requests)[number]) =>
    Math.round((100 * many[name].median) / few[name].median) / 100;
  console.table(
    Object.fromEntries(
      requests.map((name) => {
        const shown = {
          [`median of ${most / 100}`]: round(few[name].median),
          [`p99 of ${most / 100}`]: round(few[name].p99),
          [`median of ${most}`]: round(many[name].median),
          [`p99 of ${most}`]: round(many[name].p99),
          ratio: growthOf(name),
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
  };
}

async function measure(environment: Awaited<ReturnType<typeof startBenchEnvironment>>): Promise<Measured> {
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
  const time = async (paths: string[]) => {
    for (const path of paths.slice(0, 50)) await get(path);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      await get(paths[(round * 7) % paths.length]!);
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    return { median: times[rounds / 2]!, p99: times[Math.ceil(rounds * 0.99) - 1]! };
  };
  return {
    list: await time(pages),
    conversation: await time(conversations),
    one: await time(one),
    three: await time(three),
    views: await time(['/views']),
  };
}
