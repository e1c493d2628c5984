import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';
import { describeOpenPages } from './open-pages.ts';

// Prints what the pages show when a test or a beforeAll has failed. As the first of all hooks (vitest.config.ts), before
// those of the file close the pages.

const folder = process.env.E2E_PICTURES ?? fileURLToPath(new URL('shots', import.meta.url));

async function report(name: string): Promise<void> {
  const file = name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80);
  console.log(`“${name}” failed.\n\n${await describeOpenPages(path.join(folder, `failed-${file}`))}`);
}

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await report(task.name);
});
// biome-ignore lint/correctness/noEmptyPattern: vitest takes no other name for what is not used.
afterAll(async ({}, suite) => {
  // Of its own hooks; the failed tests have been reported.
  if (suite.result?.state === 'fail') await report(suite.name);
});
