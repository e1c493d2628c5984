import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'vitest';
import { expectChangedMessagesRead, expectDamageSurvived } from '../server/src/testing/damaged.ts';
import { casesFolder, corpus, testWithCorpora } from './corpora.ts';

testWithCorpora('damaged real messages are handled within a second', async () => {
  const seeds = ['mime', 'mime-tree', 'bounces'].flatMap((name) => {
    const { names, read } = corpus(name);
    return names.filter((file) => /\.(eml|msg)$/.test(file)).map((file) => read(file));
  });
  await expectDamageSurvived(seeds);
});

test.skipIf(!existsSync(casesFolder))(
  'changed messages that were once handled wrongly are read in time',
  async () => {
    const names = globSync('**/*.eml', { cwd: casesFolder }).sort();
    const messages = names.map((name) => readFileSync(path.join(casesFolder, name)));
    const numRuns = Number(process.env.POSTROOM_FUZZ_MESSAGES ?? 300);
    const seed = Number(process.env.POSTROOM_FUZZ_SEED ?? 1);
    await expectChangedMessagesRead(messages, { numRuns, seed });
  },
  3_600_000,
);
