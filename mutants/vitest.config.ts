import { defineConfig } from 'vitest/config';
import { groups } from './groups.mjs';

const group = groups[process.env.MUTANT_GROUP as keyof typeof groups] as {
  tests: string[];
  postgres?: boolean;
};

export default defineConfig({
  test: {
    include: group.tests,
    ...(group.postgres && { globalSetup: ['server/src/testing/postgres.ts'] }),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
