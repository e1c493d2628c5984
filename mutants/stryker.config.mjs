import { groups } from './groups.mjs';

const name = process.env.MUTANT_GROUP;
const group = groups[name];
if (!group) throw new Error(`MUTANT_GROUP must be one of ${Object.keys(groups).join(', ')}`);

/** Stryker's configuration for one group, on one processor; mutants/main.mjs starts it. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'mutants/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  ignoreStatic: !group.static,
  mutate: [...(process.env.MUTANT_FILES?.split(',') ?? group.mutate), '!**/*.test.ts'],
  concurrency: 1,
  timeoutMS: 20_000,
  tempDirName: `data/mutants/sandbox-${name}`,
  ignorePatterns: ['/data', '/bench', '/corpora', '/docs', '/e2e', '/torture', '/web/dist'],
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: `data/mutants/${name}.json` },
  allowEmpty: false,
};
