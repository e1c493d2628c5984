import fc from 'fast-check';
import { damaged, endsInTime } from '../server/src/mail/testing/damaged.ts';
import { corpus, testWithCorpora } from './corpora.ts';

testWithCorpora('any real message with bytes changed ends in an outcome within a second', async () => {
  const seeds = ['mime', 'mime-tree', 'bounces'].flatMap((name) => {
    const { names, read } = corpus(name);
    return names.filter((file) => /\.(eml|msg)$/.test(file)).map((file) => read(file));
  });
  await fc.assert(fc.asyncProperty(damaged(seeds), endsInTime), { numRuns: 1_000 });
});
