import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { newUserContext } from '../e2e/browser.ts';
import { startTestEnvironment, type TestEnvironment } from '../e2e/environment.ts';
import { countExecuting, showPayloads } from '../e2e/show-payloads.ts';
import { connect, signIn } from '../e2e/steps.ts';
import { openBrowser } from '../google-simulator/src/testing/open-browser.ts';
import { corpusJson, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

let environment: TestEnvironment;
let browser: Browser;

beforeAll(async () => {
  environment = await startTestEnvironment();
  browser = await openBrowser();
  const page = await (await newUserContext(browser)).newPage();
  await signIn(page, environment);
  await connect(page, environment, 'support@acme.example');
});
afterAll(async () => {
  await browser?.close();
  await environment?.stop();
});

testWithCorpora('no payload runs a script or loads an external resource', async ({ task }) => {
  const payloads = (corpusJson('xss/dompurify.json') as Array<{ payload: string }>).map(
    ({ payload }) => payload,
  );
  expect(payloads.length).toBeGreaterThan(200);
  const unfiltered = await countExecuting(browser, payloads);
  expect(unfiltered).toBeGreaterThan(0);
  const { executed, outside } = await showPayloads(browser, environment, payloads);
  expect({ executed, outside }).toEqual({ executed: [], outside: [] });
  record(task, {
    what: 'XSS: payloads that run when displayed',
    of: payloads.length,
    postroom: executed.length,
    others: [{ name: 'not sanitized', count: unfiltered }],
    fewerIsBetter: true,
  });
});
