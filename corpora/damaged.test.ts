import { expectDamageSurvived } from '../server/src/testing/damaged.ts';
import { corpus, testWithCorpora } from './corpora.ts';

testWithCorpora('damaged real messages are handled within a second', async () => {
  const seeds = ['mime', 'mime-tree', 'bounces'].flatMap((name) => {
    const { names, read } = corpus(name);
    return names.filter((file) => /\.(eml|msg)$/.test(file)).map((file) => read(file));
  });
  await expectDamageSurvived(seeds);
});
