import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { expect } from 'vitest';
import type { TestEnvironment } from './environment.ts';
import { deliver, openFromList, signIn } from './steps.ts';

/**
 * The number of payloads that run a script when displayed without sanitizing, each in its own frame; waits until it is
 * more than `least`.
 */
export async function countExecuting(browser: Browser, payloads: string[], least = 0): Promise<number> {
  const context = await browser.newContext();
  const executed = await watchScripts(context);
  const page = await context.newPage();
  await page.route(
    () => true,
    (route) => route.abort(),
  );
  const frames = payloads.map(
    (payload, index) => `<iframe name="payload-${index}" srcdoc="${escapeHtml(payload)}"></iframe>`,
  );
  // The load event waits for every frame; a frame that never finishes loading must not block it.
  await page.setContent(frames.join('\n'), { timeout: 10_000 }).catch(() => {});
  const count = () => new Set(executed).size;
  await expect.poll(count).toBeGreaterThan(least);
  await context.close();
  return count();
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}

/** Delivers the payloads as HTML messages and opens each; returns the scripts that ran and the external requests. */
export async function showPayloads(
  browser: Browser,
  environment: TestEnvironment,
  payloads: string[],
): Promise<{ executed: string[]; outside: string[] }> {
  const context = await browser.newContext();
  const executed = await watchScripts(context);
  const page = await context.newPage();
  const requests: Request[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(environment.url) && !/^(data|blob|about):/.test(request.url()))
      requests.push(request);
  });
  await signIn(page, environment);
  const chunk = 20;
  for (let from = 0; from < payloads.length; from += chunk) {
    const subject = `Payloads from ${from}`;
    const html = payloads.slice(from, from + chunk).map((payload) => `<div>${payload}</div>`);
    await deliver(environment, subject, `${html.join('\n')}<p>end</p>`);
    await openMessage(page, subject);
  }
  // Chromium also reports requests blocked by the Content-Security-Policy, which were not sent.
  const outside = requests
    .filter((request) => request.failure()?.errorText !== 'csp')
    .map((each) => each.url());
  await context.close();
  return { executed, outside };
}

async function openMessage(page: Page, subject: string): Promise<void> {
  await openFromList(page, page.getByRole('link', { name: new RegExp(`${subject}\\b`) }));
  await page.getByRole('heading', { level: 1, name: subject, exact: true }).waitFor();
  // Not one in the conversation that was open before, which is removed a moment later.
  const frame = page.getByRole('article').frameLocator('iframe');
  await frame.locator('body').waitFor({ state: 'attached' });
  await frame
    .locator('body')
    .hover({ timeout: 1_000 })
    .catch(() => {});
}

/** A list that grows with each dialog opened by a script: the name of the outermost frame. */
async function watchScripts(context: BrowserContext): Promise<string[]> {
  const executed: string[] = [];
  await context.exposeFunction('executed', (frame: string) => executed.push(frame));
  await context.addInitScript(`
    const frameName = (frame) => {
      try {
        return frame.parent === frame.top ? frame.name : frameName(frame.parent);
      } catch {
        return 'frame of another origin';
      }
    };
    for (const name of ['alert', 'confirm', 'prompt', 'print'])
      globalThis[name] = () => globalThis.executed(frameName(globalThis));
  `);
  context.on('dialog', (dialog) => {
    executed.push(dialog.message());
    void dialog.dismiss();
  });
  return executed;
}
