import type { Browser, BrowserContext, FrameLocator, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUserContext, openBrowser, waitForNetworkIdle } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { requestPayloads } from './request-payloads.ts';
import { connect, deliver, signIn } from './steps.ts';

let environment: TestEnvironment;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  context = await newUserContext(browser);
  page = await context.newPage();
  await signIn(page, environment);
  await connect(page, environment, 'support@acme.example');
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

/** Delivers a message and opens it; returns its frame. */
async function open(subject: string, html: string, at = page): Promise<FrameLocator> {
  await deliver(environment, subject, html);
  await at.getByRole('link', { name: new RegExp(`${subject}\\b`) }).click();
  await at.getByRole('heading', { name: subject }).waitFor();
  const frame = at.frameLocator('article iframe').first();
  await frame.locator('body').waitFor({ state: 'attached' });
  return frame;
}

const payloadsFor = (origin: string) =>
  requestPayloads.map((payload, index) =>
    payload.replaceAll('URL', `${origin}/api/asked/${index}`).replaceAll('PATH', `/api/asked/${index}`),
  );

/**
 * The payloads that made the browser send a request to this server, and those whose request the policy blocked,
 * which Chromium reports as "csp". A remote image's own URL may be asked for by way of the server.
 */
function watchRequests(context: BrowserContext) {
  const watched = { sent: new Set<string>(), blocked: new Set<string>() };
  const note = (request: Request) => {
    const index = /^[^?]*\/api\/asked\/(\d+)/.exec(request.url())?.[1];
    if (index === undefined) return;
    watched[request.failure()?.errorText === 'csp' ? 'blocked' : 'sent'].add(requestPayloads[Number(index)]!);
  };
  context.on('requestfinished', note).on('requestfailed', note);
  return watched;
}

/** Shows each document in a frame of its own on a page of `origin`, without cleaning. */
async function showInFrames(context: BrowserContext, origin: string, documents: string[], sandbox = '') {
  const at = await context.newPage();
  await at.route(`${origin}/frames`, (route) => route.fulfill({ contentType: 'text/html', body: '<body>' }));
  await at.route(`${origin}/api/asked/**`, (route) => route.fulfill({ body: '' }));
  await at.goto(`${origin}/frames`);
  await at.evaluate(
    `(async (documents, sandbox) => {
      await Promise.all(documents.map((text) => new Promise((resolve) => {
        const frame = document.createElement('iframe');
        frame.onload = resolve;
        if (sandbox) frame.setAttribute('sandbox', sandbox);
        frame.srcdoc = text;
        document.body.append(frame);
        setTimeout(resolve, 5_000);
      })));
    })(${JSON.stringify(documents)}, ${JSON.stringify(sandbox)})`,
  );
  await waitForNetworkIdle(at);
  await at.close();
}

test('no style or attribute of a message asks this server', async () => {
  const payloads = payloadsFor(environment.url);
  const bare = await newUserContext(browser);
  const uncleaned = watchRequests(bare);
  await showInFrames(bare, environment.url, payloads);
  expect(uncleaned.sent.size).toBeGreaterThan(60);
  await bare.close();

  const watched = watchRequests(context);
  for (let from = 0; from < payloads.length; from += 12) {
    const some = payloads.slice(from, from + 12).map((payload) => `<div>${payload}</div>`);
    await open(`Requests ${from}`, `${some.join('\n')}<img src="https://outside.example/a.png"><p>end</p>`);
    const show = page.getByRole('button', { name: 'Show remote images' });
    await show.click();
    await show.waitFor({ state: 'detached' });
    await waitForNetworkIdle(page);
  }
  expect([...watched.sent]).toEqual([]);
  // Cleaning alone suffices: the policy had nothing to block.
  expect([...watched.blocked]).toEqual([]);
});

test('the policy and sandbox of the frame alone keep a message from asking this server', async () => {
  await open('Policy alone', '<p>policy</p><img src="https://outside.example/a.png">');
  await page.getByRole('button', { name: 'Show remote images' }).click();
  const shown = page.locator('article iframe').first();
  const [document, sandbox] = [await shown.getAttribute('srcdoc'), await shown.getAttribute('sandbox')];
  const documents = payloadsFor(environment.url).map((payload) =>
    document!.replace('</body>', `${payload}</body>`),
  );
  const bare = await newUserContext(browser);
  const watched = watchRequests(bare);
  await showInFrames(bare, environment.url, documents, sandbox!);
  expect(watched.blocked.size).toBeGreaterThan(60);
  expect([...watched.sent]).toEqual([]);
  await bare.close();
});
