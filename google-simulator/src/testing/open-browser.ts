import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, and the one without windows, which takes about half the processor time. */
const wholeChromium = '/usr/bin/chromium';
const headlessShell = '/usr/bin/chromium-headless-shell';

/**
 * Opens Chromium without background traffic; without sandbox, because it may run as root. The variable CHROMIUM names
 * another one. With `complete` it can install pages and show their notifications, and draws texts in a frame at the
 * same fractions of a pixel as in a page. `optimizes`: whether it optimizes code that runs often, which takes longer than it
 * saves where a page lives for seconds. Throws with what to install where there is none.
 */
export async function openBrowser({ complete = false, optimizes = true } = {}): Promise<Browser> {
  const debian = complete ? [wholeChromium] : [headlessShell, wholeChromium];
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM] : debian;
  const executablePath = candidates.find((file) => existsSync(file));
  if (!executablePath) {
    throw new Error(
      `There is no Chromium at ${candidates.join(' or ')}. Type: sudo apt-get install -y --no-install-recommends ` +
        'chromium, or name another one in the variable CHROMIUM.',
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
      ...(optimizes ? [] : ['--js-flags=--no-turbofan']),
    ],
  });
}
