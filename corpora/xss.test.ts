import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { openBrowser, person } from '../e2e/browser.ts';
import { openStage, type Stage } from '../e2e/program.ts';
import { countExecuting, showPayloads } from '../e2e/show-payloads.ts';
import { connect, signIn } from '../e2e/steps.ts';
import { corpusJson, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  stage = await openStage();
  browser = await openBrowser();
  const page = await (await person(browser)).newPage();
  await signIn(page, stage);
  await connect(page, stage, 'support@acme.example');
});
afterAll(async () => {
  await browser?.close();
  await stage?.clear();
});

testWithCorpora('223 payloads: nothing runs and nothing loads from outside', async ({ task }) => {
  const payloads = (corpusJson('xss/dompurify.json') as Array<{ payload: string }>).map(
    ({ payload }) => payload,
  );
  expect(payloads.length).toBeGreaterThan(200);
  const unfiltered = await countExecuting(browser, payloads);
  expect(unfiltered).toBeGreaterThan(0);
  const { executed, outside } = await showPayloads(browser, stage, payloads);
  expect({ executed, outside }).toEqual({ executed: [], outside: [] });
  record(task, {
    what: 'XSS: payloads that run when shown',
    of: payloads.length,
    postroom: executed.length,
    others: [{ name: 'not cleaned', count: unfiltered }],
    fewerIsBetter: true,
  });
});
