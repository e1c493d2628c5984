import { startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';

const small = 10_000;
const large = 1_000_000;
const rounds = 300;
const vocabulary = 20_000;

type Measured = Record<'list' | 'conversation' | 'one' | 'three' | 'views', { median: number; p99: number }>;

/**
 * Milliseconds per HTTP request, one after the other, in an inbox of 10,000 and of 1,000,000 messages: a page
 * of the list (any page of any view), a conversation, a search for one and for three words (common and rare
 * ones), and the counts of the views. Baseline: the small inbox. `growth`: the largest ratio of the medians of
 * list, conversation and both searches. BENCH_MESSAGES replaces the million.
 */
export async function readBench(): Promise<Record<string, number>> {
  const most = Number(process.env.BENCH_MESSAGES ?? large);
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
  const few = await measureAt(small);
  const many = await measureAt(most);
  const round = (value: number) => Math.round(value * 10) / 10;
  console.table(
    Object.fromEntries(
      Object.entries(many).map(([name, { median, p99 }]) => {
        const before = few[name as keyof Measured];
        const shown = {
          [`median of ${small}`]: round(before.median),
          [`p99 of ${small}`]: round(before.p99),
          [`median of ${most}`]: round(median),
          [`p99 of ${most}`]: round(p99),
          ratio: Math.round((100 * median) / before.median) / 100,
        };
        return [name, shown];
      }),
    ),
  );
  const asked = ['list', 'conversation', 'one', 'three'] as const;
  return {
    listP99: round(many.list.p99),
    conversationP99: round(many.conversation.p99),
    searchP99: round(Math.max(many.one.p99, many.three.p99)),
    growth: Math.round(100 * Math.max(...asked.map((name) => many[name].median / few[name].median))) / 100,
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
  // The same words at every size, distributed as in the texts (a linear congruential generator).
  let state = 42;
  const nextRandom = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const word = () => `wo${Math.floor(nextRandom() ** 4 * vocabulary).toString(16)}`;
  const search = (words: string[]) => `/search?q=${encodeURIComponent(`${words.join(' ')} `)}`;
  const one = Array.from({ length: rounds }, () => search([word()]));
  const three = Array.from({ length: rounds }, () => search([word(), word(), word()]));
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
