import { setTimeout } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page, Request } from 'playwright-core';
import { followPages } from './open-pages.ts';

/** Saves a screenshot if E2E_PICTURES names a folder. */
export async function saveScreenshot(page: { screenshot(options: object): Promise<unknown> }, name: string) {
  const folder = process.env.E2E_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

/** A browser context for one user. */
export async function newUserContext(
  browser: Browser,
  width = 1440,
  height = 900,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', ...options });
  context.setDefaultTimeout(20_000);
  followPages(context);
  await slowDown(context);
  return context;
}

/**
 * Makes races of the page that are rare happen often: E2E_DELAY lets each request of the API wait a random time up to
 * that many ms, so that answers also come in another order; E2E_SLOWDOWN divides the speed of each page's processor.
 */
async function slowDown(context: BrowserContext): Promise<void> {
  const delay = Number(process.env.E2E_DELAY ?? 0);
  const rate = Number(process.env.E2E_SLOWDOWN ?? 1);
  const isDelayed = ({ pathname }: URL) => pathname.startsWith('/api/') && !pathname.endsWith('/events');
  if (delay > 0)
    await context.route(isDelayed, async (route) => {
      await setTimeout(Math.random() * delay);
      // The page may be closed by now.
      await route.fallback().catch(() => {});
    });
  if (rate > 1)
    context.on('page', async (page) => {
      const session = await context.newCDPSession(page);
      await session.send('Emulation.setCPUThrottlingRate', { rate });
    });
}

// The routes of the next two are not removed: a request made while Playwright removes the last one is reported to no
// listener.

/** Lets the requests with this method and path wait until the returned function is called. */
export async function holdRequests(page: Page, path: RegExp, method = 'GET'): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(
    ({ pathname }) => path.test(pathname),
    async (route) => {
      if (route.request().method() === method) await released;
      // The page may be closed by now.
      await route.fallback().catch(() => {});
    },
  );
  return release;
}

/** Holds the answer to the next request to such a path; what it returns lets it go. `problem`: answered instead. */
export async function holdAnswer(page: Page, requests: string, problem?: object): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let isFirst = true;
  await page.route(requests, async (route) => {
    if (!isFirst) return route.fallback();
    isFirst = false;
    const response = problem ? undefined : await route.fetch();
    await released;
    await route.fulfill(response ? { response } : { status: 409, json: problem });
  });
  return release;
}

/**
 * Follows the requests of a page from now on. The returned function waits until none is open, and none was for `ms`.
 * Streams of events, which stay open, are not counted.
 */
export function followRequests(page: Page): (ms?: number) => Promise<void> {
  const open = new Set<Request>();
  let lastChange = Date.now();
  const change = (act: () => void) => {
    act();
    lastChange = Date.now();
  };
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') change(() => open.add(request));
  });
  page.on('requestfinished', (request) => change(() => open.delete(request)));
  page.on('requestfailed', (request) => change(() => open.delete(request)));
  return async (ms = 150) => {
    while (open.size > 0 || Date.now() - lastChange < ms) await page.waitForTimeout(25);
  };
}

/** Waits until no resource was loaded for `ms`. Open streams are ignored. */
export function waitForNetworkIdle(page: { evaluate(script: string): Promise<unknown> }, ms = 500) {
  return page.evaluate(`(async () => {
    const last = () => Math.max(0, ...performance.getEntriesByType('resource').map((one) => one.responseEnd));
    while (performance.now() - last() < ${ms}) await new Promise((resolve) => setTimeout(resolve, 50));
  })()`);
}
