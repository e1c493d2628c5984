import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { newUserContext } from './browser.ts';
import { startTestEnvironment, type TestEnvironment } from './environment.ts';
import { signIn } from './steps.ts';

/** Width, height and options. */
type ContextSettings = Parameters<typeof newUserContext> extends [unknown, ...infer Rest] ? Rest : never;

// Vitest loads this module once for each test file: each has its own.
export let environment: TestEnvironment;
export let browser: Browser;

/** Starts both before the tests of the file and stops them afterwards. */
export function setUp(options?: Parameters<typeof openBrowser>[0]): void {
  beforeAll(async () => {
    environment = await startTestEnvironment();
    browser = await openBrowser({ optimizes: false, ...options });
  });
  afterAll(async () => {
    await browser?.close();
    await environment?.stop();
  });
}

/** Signs in as a demo user in a context of its own, as `newUserContext` makes it; returns its page with the inbox. */
export async function openInbox(
  who: 'admin' | 'agent' = 'admin',
  ...[width, height, options]: ContextSettings
): Promise<Page> {
  const context = await newUserContext(browser, width, height, options);
  const page = await context.newPage();
  await signIn(page, environment, who);
  return page;
}
