import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/**
 * Debian's Chromium without background traffic; without sandbox, because it may run as root. Throws with what to
 * install where there is none.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}. Type: sudo apt-get install -y --no-install-recommends chromium, ` +
        'or name another one in the variable CHROMIUM.',
    );
  }
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Saves a screenshot if E2E_PICTURES names a folder. */
export async function saveScreenshot(page: { screenshot(options: object): Promise<unknown> }, name: string) {
  const folder = process.env.E2E_PICTURES;
  if (folder) await page.screenshot({ path: `${folder}/${name}.png` });
}

/** A browser context for one user. */
export async function newUserContext(browser: Browser, width = 1440, height = 900): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB' });
  context.setDefaultTimeout(20_000);
  return context;
}

/** Waits until no resource was loaded for `ms`. Open streams are ignored. */
export function waitForNetworkIdle(page: { evaluate(script: string): Promise<unknown> }, ms = 500) {
  return page.evaluate(`(async () => {
    const last = () => Math.max(0, ...performance.getEntriesByType('resource').map((one) => one.responseEnd));
    while (performance.now() - last() < ${ms}) await new Promise((resolve) => setTimeout(resolve, 50));
  })()`);
}
