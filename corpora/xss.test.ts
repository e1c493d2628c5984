import { beforeAll, expect } from 'vitest';
import { browser, environment, openInbox, setUp } from '../e2e/set-up.ts';
import { countExecuting, showPayloads } from '../e2e/show-payloads.ts';
import { connect } from '../e2e/steps.ts';
import { corpusJson, testWithCorpora } from './corpora.ts';
import { record } from './figures.ts';

setUp();

beforeAll(async () => {
  const page = await openInbox();
  await connect(page, environment, 'support@acme.example');
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
