import type { BrowserContext, FrameLocator, Page, Request } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newUserContext, saveScreenshot, waitForNetworkIdle } from './browser.ts';
import { requestPayloads } from './request-payloads.ts';
import { browser, environment, openInbox, setUp } from './set-up.ts';
import { connect, deliver, openFromList } from './steps.ts';

setUp();
let page: Page;

beforeAll(async () => {
  page = await openInbox();
  await connect(page, environment, 'support@acme.example');
});

/** Delivers a message and opens it; returns its frame. */
async function open(subject: string, html: string): Promise<FrameLocator> {
  await deliver(environment, subject, html, `${subject.toLowerCase().replace(/\W+/g, '-')}@far.example`);
  await openFromList(page, page.getByRole('link', { name: new RegExp(`${subject}\\b`) }));
  await page.getByRole('heading', { name: subject }).waitFor();
  const frame = page.frameLocator('article iframe').first();
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

  const watched = watchRequests(page.context());
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
  const frame = await open('Policy alone', '<p>policy</p><img src="https://outside.example/a.png">');
  await page.getByRole('button', { name: 'Show remote images' }).click();
  await frame.getByText('policy').waitFor();
  const sandbox = await page.locator('article iframe').first().getAttribute('sandbox');
  const document = await frame.locator('html').evaluate((html) => html.outerHTML);
  const documents = payloadsFor(environment.url).map((payload) =>
    document.replace('</body>', `${payload}</body>`),
  );
  const bare = await newUserContext(browser);
  const watched = watchRequests(bare);
  await showInFrames(bare, environment.url, documents, sandbox!);
  expect(watched.blocked.size).toBeGreaterThan(60);
  expect([...watched.sent]).toEqual([]);
  await bare.close();
});

test('links within a message stay in it, and those of an image map open a new tab', async () => {
  const frame = await open(
    'Inner links',
    `<h2 id="part1">Part 1</h2><div style="height:3000px"></div><p><a href="#part1">to part 1</a></p>
    <map name="m"><area shape="default" href="https://x.example/"></map>
    <img usemap="#m" width="80" height="80" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">`,
  );
  const link = frame.getByText('to part 1');
  await link.scrollIntoViewIfNeeded();
  const heading = frame.getByRole('heading', { name: 'Part 1' });
  const top = async () => (await heading.boundingBox())!.y;
  await expect.poll(top).toBeLessThan(0);
  const context = page.context();
  const before = context.pages().length;
  await link.click();
  await expect.poll(top).toBeGreaterThanOrEqual(0);
  expect(context.pages()).toHaveLength(before);
  const opened = context.waitForEvent('page');
  await frame.locator('img').click();
  await (await opened).close();
  await link.waitFor();
});

test.each([
  ['a wrapper of 100vh', '<div style="min-height:100vh">a</div><p>b</p>'],
  [
    'other units of the height',
    '<div style="height:100dvh;padding:2vmin">a</div><div style="min-height:calc(100svh - 1px)">b</div>',
  ],
  [
    'a style sheet',
    '<style>.w{min-height:100vh;height:100lvh!important}</style><div class="w">a</div><p>b</p>',
  ],
  [
    'a variable',
    '<style>:root{--full:100vh}.w{min-height:var(--full)}</style><div class="w">a</div><p>b</p>',
  ],
  [
    'the height of the document',
    '<html style="height:100%"><style>html,body{height:100%!important;min-height:100%}</style><body style="height:100%!important;margin:20px"><div><table height="100%"><tr><td>a</td></tr></table></div><p>b</p>',
  ],
  [
    'a column as high as the window',
    '<body style="display:flex;flex-direction:column;height:100vh;margin:9px"><div style="flex:1 0 100vh">a</div><p>b</p>',
  ],
  [
    'positioned boxes',
    '<div style="position:absolute;top:30px;height:100%">a</div><div style="position:fixed;bottom:-20px;top:0">b</div><p>c</p>',
  ],
  [
    'a condition on the height',
    '<style>.w{height:40px}@media (max-height:300px){.w{height:400px}}@media (min-aspect-ratio:2){.w{height:30px}}</style><div class="w">a</div>',
  ],
  [
    'a container',
    '<div style="container-type:size;min-height:100cqh">a</div><p style="min-height:100cqb">b</p>',
  ],
])('a message as high as its frame does not grow without end: %s', async (name, html) => {
  const frame = await open(`High ${name}`, html);
  await frame.locator('div').first().waitFor({ state: 'attached' });
  const shown = page.locator('article iframe').first();
  const height = async () => (await shown.boundingBox())!.height;
  const heights: number[] = [];
  // Four equal measurements in a row: each frame of the page could change the height once.
  await expect
    .poll(async () => {
      await page.evaluate(
        'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
      );
      heights.push(await height());
      return new Set(heights.slice(-4)).size === 1 && heights.length >= 4;
    })
    .toBe(true);
  expect(heights.at(-1)).toBeLessThan(700);
});

test('in the dark scheme only a message that sets colors stays light', async () => {
  await page.context().close();
  page = await openInbox('admin', 1200, 800, { colorScheme: 'dark' });
  for (const [subject, html, isLight] of [
    [
      'Scheme plain',
      '<div dir="ltr">Hello, is the <b>blue</b> one there? <a href="https://x.example/">This</a></div>',
      false,
    ],
    ['Scheme transparent', '<p style="background:transparent;color:inherit">Nothing of its own</p>', false],
    ['Scheme font', '<p style="font-family:Georgia;font-size:16px">In a font of its own</p>', false],
    ['Scheme color', '<p>Plain and <span style="color:#a00000">red</span></p>', true],
    ['Scheme sheet', '<style>td{background-color:#eee}</style><table><tr><td>grey</td></tr></table>', true],
    [
      'Scheme attribute',
      '<table bgcolor="#ffffff"><tr><td><font color="#333333">white</font></td></tr></table>',
      true,
    ],
  ] as const) {
    const frame = await open(subject, html);
    await frame.locator('body').waitFor();
    await expect
      .poll(() =>
        frame
          .locator('html')
          .evaluate((root) => root.ownerDocument.defaultView!.getComputedStyle(root).colorScheme),
      )
      .toBe(isLight ? 'light' : 'dark');
    await saveScreenshot(page, `dark-${subject.replace(' ', '-').toLowerCase()}`);
  }
});
