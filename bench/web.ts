import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../e2e/browser.ts';
import { fill } from './fill.ts';
import { openStage } from './stage.ts';

const conversations = 100_000;
const openings = 7;
const scrollLimitMs = 240_000;

/**
 * What the page costs in Chromium, in an inbox of 100,000 open conversations: `firstViewBytes`, the scripts
 * loaded until the list is shown, gzipped; `interactiveMs`, from the start of loading an empty cache to the
 * first conversation shown (median); `longestTaskMs`, the longest task of the main thread while the list is
 * scrolled from its top to its end (0: none of 50 ms or more, which is what the browser counts).
 */
export async function webBench(): Promise<Record<string, number>> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  execFileSync('npm', ['run', '-s', 'build', '-w', 'web'], { cwd: root, stdio: 'ignore' });
  const stage = await openStage();
  const browser = await openBrowser();
  try {
    await stage.startPostroom('web');
    await stage.signIn();
    await fill(stage.pool, stage.instanceId(), { messages: conversations, each: 1, open: conversations });
    const times: number[] = [];
    let [script, style] = [0, 0];
    for (let turn = 0; turn < openings; turn += 1) {
      const opened = await open(browser, stage);
      times.push(opened.shownMs);
      ({ script, style } = opened);
      await opened.page.context().close();
    }
    const shownMs = times.toSorted((a, b) => a - b)[Math.floor(openings / 2)]!;
    const { page } = await open(browser, stage);
    const scrolled = await scroll(page);
    console.table({
      'first view, scripts gzipped (kB)': { value: Math.round(script / 1_000) },
      'first view, styles gzipped (kB)': { value: Math.round(style / 1_000) },
      'list shown (ms, median)': { value: Math.round(shownMs) },
      'conversations scrolled through': { value: scrolled.rows },
      'seconds it took': { value: Math.round(scrolled.ms / 1_000) },
      'longest task while scrolling (ms)': { value: scrolled.longestTaskMs },
      'tasks of 50 ms or more': { value: scrolled.longTasks },
    });
    return {
      firstViewBytes: script,
      interactiveMs: Math.round(shownMs),
      longestTaskMs: scrolled.longestTaskMs,
    };
  } finally {
    await browser.close();
    await stage.clear();
  }
}

async function open(browser: Browser, stage: Awaited<ReturnType<typeof openStage>>) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const cookies = stage
    .cookie()
    .split('; ')
    .map((one) => {
      const at = one.indexOf('=');
      return { name: one.slice(0, at), value: one.slice(at + 1), url: stage.url };
    });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const loaded: Array<{ url: string; body: Promise<Buffer> }> = [];
  page.on('response', (response) => {
    // What is still on its way when the page is closed was not needed for its first view.
    const body = response.body().catch(() => Buffer.alloc(0));
    if (/\.(js|css)$/.test(response.url())) loaded.push({ url: response.url(), body });
  });
  await page.goto(stage.url, { waitUntil: 'commit' });
  await page.locator('[data-row]').first().waitFor();
  const shownMs = await page.evaluate(() => performance.now());
  const [script, style] = [/\.js$/, /\.css$/].map(async (kind) => {
    let bytes = 0;
    for (const { url, body } of loaded.slice()) if (kind.test(url)) bytes += gzipSync(await body).length;
    return bytes;
  });
  return { page, shownMs, script: await script!, style: await style! };
}

/** Scrolls as fast as frames are drawn, until there is no more to scroll to. A text, for the page to run. */
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
  const rowHeight = 76;
  const began = performance.now();
  let at = 0;
  while (at + scroller.clientHeight < rows * rowHeight && performance.now() - began < limitMs) {
    await new Promise(requestAnimationFrame);
    // Never past what is loaded: a person waits there for the next page as well.
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
  const told = JSON.stringify({ rows: conversations, limitMs: scrollLimitMs });
  return page.evaluate<{ rows: number; ms: number; longestTaskMs: number; longTasks: number }>(
    `(${scrollThrough})(${told})`,
  );
}
