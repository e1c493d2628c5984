import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { waitForNetworkIdle } from '../e2e/browser.ts';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { startBenchEnvironment } from './environment.ts';
import { fillInstance } from './fill-instance.ts';

const conversations = Number(process.env.BENCH_CONVERSATIONS ?? 100_000);
const openings = 7;
/** The newest conversations get this many messages; as many after them keep one message, to compare. */
const [longConversations, longMessages] = [5, 500];
const scrollLimitMs = 240_000;

/**
 * The web app in Chromium, in an inbox of 100,000 open conversations. `firstViewBytes`: the scripts loaded until
 * the list is shown, as transferred. `interactiveMs`: from navigation with an empty cache to the first
 * conversation shown (median). `longestTaskMs`: the longest task of the main thread while the list is scrolled
 * from top to end (0: no task of 50 ms or more, the browser's limit). `longOpenMs` and `shortOpenMs`: from the
 * click on a conversation of 500 messages, and of one, until its newest message is shown (medians); the short
 * one is the baseline of `ratio`. `slowOpenMs`: from the click on a conversation that the pointer has rested on until its
 * newest message is painted, with the processor slowed down sixfold (median). `composerMs`: from the key `r` until the cursor is in the painted composer, in a
 * conversation that is open already, with the processor slowed down sixfold (median).
 */
export async function webBench(): Promise<Record<string, number>> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const browser = await openBrowser();
  execFileSync('npm', ['run', '-s', 'build', '-w', 'web'], { cwd: root, stdio: 'ignore' });
  const environment = await startBenchEnvironment();
  try {
    await environment.startPostroom('web');
    await environment.signIn();
    await fillInstance(environment.pool, environment.instanceId(), {
      messages: conversations,
      each: 1,
      open: conversations,
    });
    await addMessages(environment);
    const views: OpenedPage[] = [];
    for (let turn = 0; turn < openings; turn += 1) {
      const opened = await openPage(browser, environment);
      views.push(opened);
      await opened.page.context().close();
    }
    const shownMs = median(views.map((view) => view.shownMs));
    const { page, first, later } = await openPage(browser, environment);
    const scrolled = await scroll(page);
    await page.context().close();
    const { long, short } = await openConversations(await openPage(browser, environment));
    const slowOpenMs = Math.round(await openSlowed(await openPage(browser, environment)));
    const composerMs = Math.round(await openComposer(await openPage(browser, environment)));
    const ratio = Math.round((100 * long) / short) / 100;
    const kB = (bytes: number) => ({ value: Math.round(bytes / 1_000) });
    console.table({
      'first view: scripts, as transferred (kB)': kB(first.script),
      'first view: styles, as transferred (kB)': kB(first.style),
      'loaded when idle: scripts, as transferred (kB)': kB(later.script),
      'list shown (ms, median)': { value: Math.round(shownMs) },
      'conversations scrolled through': { value: scrolled.rows },
      'duration of scrolling (s)': { value: Math.round(scrolled.ms / 1_000) },
      'longest task while scrolling (ms)': { value: scrolled.longestTaskMs },
      'tasks of 50 ms or more': { value: scrolled.longTasks },
      [`conversation of ${longMessages} messages opened (ms, median)`]: { value: Math.round(long) },
      'conversation of one message opened (ms, median)': { value: Math.round(short) },
      'ratio of both': { value: ratio },
      'conversation opened, processor slowed sixfold (ms, median)': { value: slowOpenMs },
      'composer opened, processor slowed sixfold (ms, median)': { value: composerMs },
    });
    return {
      firstViewBytes: first.script,
      interactiveMs: Math.round(shownMs),
      longestTaskMs: scrolled.longestTaskMs,
      longOpenMs: Math.round(long),
      shortOpenMs: Math.round(short),
      ratio,
      slowOpenMs,
      composerMs,
    };
  } finally {
    await browser.close();
    await environment.stop();
  }
}

type Bytes = { script: number; style: number };
type OpenedPage = { page: Page; shownMs: number; first: Bytes; later: Bytes };

const median = (figures: number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;

/** A script for the page: records when the first conversation of the list is shown. */
const recordFirstRow = `window.shown = new Promise((resolve) => {
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector('[data-row]')) return;
    observer.disconnect();
    requestAnimationFrame(() => resolve(performance.now()));
  }).observe(document, { childList: true, subtree: true });
});`;

async function openPage(
  browser: Browser,
  environment: Awaited<ReturnType<typeof startBenchEnvironment>>,
): Promise<OpenedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const cookies = environment
    .cookie()
    .split('; ')
    .map((one) => {
      const at = one.indexOf('=');
      return { name: one.slice(0, at), value: one.slice(at + 1), url: environment.url };
    });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.addInitScript(recordFirstRow);
  await page.goto(environment.url, { waitUntil: 'commit' });
  const shownMs = await page.evaluate<number>('window.shown');
  // Scripts loaded when idle are counted separately.
  await waitForNetworkIdle(page, 2_000);
  const sent = (kind: 'js' | 'css', isFirst: boolean) =>
    page.evaluate<number>(
      `performance.getEntriesByType('resource')
        .filter(({ name, startTime }) => name.endsWith('.${kind}') && (startTime <= ${shownMs}) === ${isFirst})
        .reduce((bytes, { encodedBodySize }) => bytes + encodedBodySize, 0)`,
    );
  const bytes = async (isFirst: boolean) => ({
    script: await sent('js', isFirst),
    style: await sent('css', isFirst),
  });
  return { page, shownMs, first: await bytes(true), later: await bytes(false) };
}

/** A script for the page: scrolls on every animation frame until the end of the list. */
const scrollThrough = `async ({ rows, limitMs }) => {
  let [longest, count] = [0, 0];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      longest = Math.max(longest, duration);
      count += 1;
    }
  });
  observer.observe({ type: 'longtask' });
  const scroller = document.querySelector('[data-row]').closest('section');
  const rowHeight = document.querySelector('[data-row]').closest('[style*=translateY]').offsetHeight;
  const began = performance.now();
  let at = 0;
  while (at + scroller.clientHeight < rows * rowHeight && performance.now() - began < limitMs) {
    await new Promise(requestAnimationFrame);
    // Not beyond the loaded rows: a user waits there for the next page too.
    at = Math.min(at + 1_500, scroller.scrollHeight - scroller.clientHeight);
    scroller.scrollTop = at;
  }
  observer.disconnect();
  return {
    rows: Math.round(scroller.scrollHeight / rowHeight),
    ms: performance.now() - began,
    longestTaskMs: Math.round(longest),
    longTasks: count,
  };
}`;

function scroll(page: Page) {
  const argument = JSON.stringify({ rows: conversations, limitMs: scrollLimitMs });
  return page.evaluate<{ rows: number; ms: number; longestTaskMs: number; longTasks: number }>(
    `(${scrollThrough})(${argument})`,
  );
}

/** Copies the message of the newest conversations until each has 500. */
async function addMessages({ pool }: Awaited<ReturnType<typeof startBenchEnvironment>>): Promise<void> {
  await pool.query(
    `insert into message (instance_id, id, conversation_id, mailbox_id, direction, origin, from_name, from_address,
       recipients, subject, sent_at, body_text, snippet)
     select last.instance_id, gen_random_uuid(), last.conversation_id, last.mailbox_id, last.direction, 'gmail',
       last.from_name, last.from_address, last.recipients, last.subject, last.sent_at - n * interval '1 hour',
       last.body_text, last.snippet
     from (select message.*, row_number() over (order by conversation.last_message_at desc, conversation.id desc) as place
       from conversation join message on message.conversation_id = conversation.id
       order by conversation.last_message_at desc limit $1) last, generate_series(1, $2 - 1) n
     where last.place <= $1`,
    [longConversations, longMessages],
  );
  await pool.query('analyze message');
}

/** Opens long and short conversations alternately from the list; the first of each is not measured. */
async function openConversations({ page }: OpenedPage): Promise<{ long: number; short: number }> {
  const opened = (position: number) =>
    page.evaluate<number>(`(async () => {
      const row = [...document.querySelectorAll('[data-row]')]
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)[${position}];
      const began = performance.now();
      row.click();
      while (!location.pathname.endsWith(row.dataset.row) || !document.querySelector('article')
        || !document.querySelector('[aria-current][data-row="' + row.dataset.row + '"]')) {
        if (performance.now() - began > 20_000) throw new Error('The conversation does not open');
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    })()`);
  const [long, short]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < longConversations; turn += 1) {
    const times = [await opened(turn), await opened(longConversations + turn)];
    if (turn === 0) continue;
    long.push(times[0]!);
    short.push(times[1]!);
  }
  await page.context().close();
  return { long: median(long), short: median(short) };
}

/** How long a hand takes from pointing at a row to the click, in milliseconds. */
const pointingMs = 250;

/** Clicks on conversations with a slowed processor; the first one is not measured. */
async function openSlowed({ page }: OpenedPage): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const times: number[] = [];
  for (let turn = 0; turn < openings; turn += 1) {
    await waitForNetworkIdle(page, 1_000);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    // Not in the order of the list: the page fetches the next conversation by itself.
    const row = page.locator('[data-row]').nth((turn * 5) % 11);
    const { x, y, width, height } = (await row.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
    await page.waitForTimeout(pointingMs);
    await page.evaluate(`window.opened = new Promise((resolve) => addEventListener('click', ({ target }) => {
      const began = performance.now();
      const row = target.closest('[data-row]');
      const isVisible = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      // Of the panes that may be laid out on one another, the one with the clicked conversation's subject.
      const isShown = () => row.matches('[aria-current]')
        && [...document.querySelectorAll('main h1')].some((title) => isVisible(title) && row.textContent.includes(title.textContent)
          && [...title.closest('[data-open]').querySelectorAll('article')].some(isVisible));
      // A task after a callback before painting runs when that has been painted.
      const look = () => isShown()
        ? setTimeout(() => resolve(performance.now() - began))
        : requestAnimationFrame(look);
      requestAnimationFrame(look);
    }, { once: true, capture: true })); true`);
    await page.mouse.down();
    await page.mouse.up();
    const ms = await page.evaluate<number>('window.opened');
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    if (turn > 0) times.push(ms);
  }
  await page.context().close();
  return median(times);
}

/** Opens the composer by its key in conversations that are open; the first one is not measured. */
async function openComposer({ page }: OpenedPage): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const times: number[] = [];
  for (let turn = 0; turn < openings; turn += 1) {
    await page.locator('[data-row]').nth(turn).click();
    await page.locator('article').first().waitFor();
    await waitForNetworkIdle(page, 1_000);
    // The page prepares a reply while the conversation is read.
    await page.locator('.ProseMirror').waitFor({ state: 'attached' });
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    const ms = await page.evaluate<number>(`new Promise((resolve) => {
      const began = performance.now();
      const init = { key: 'r', code: 'KeyR', bubbles: true, cancelable: true };
      document.body.dispatchEvent(new KeyboardEvent('keydown', init));
      const look = () => document.activeElement?.closest('.ProseMirror')
        ? setTimeout(() => resolve(performance.now() - began))
        : requestAnimationFrame(look);
      requestAnimationFrame(look);
    })`);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    if (turn > 0) times.push(ms);
    await page.keyboard.press('Escape');
  }
  await page.context().close();
  return median(times);
}
