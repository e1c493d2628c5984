import { defineConfig } from 'vitest/config';
import { FiguresReporter } from './reporter.ts';

/** `npm run test:corpora`: checks on real mail, which is not part of the repository. */
export default defineConfig({
  test: {
    include: ['corpora/**/*.test.ts'],
    reporters: ['default', new FiguresReporter()],
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
});
