import { runSteps } from './run-steps.mjs';
import { buildWeb, install } from './setup.mjs';

// `npm run check:long`: the checks that take too long for `npm test`. Each step is an npm script of its own.

install();
buildWeb();

await runSteps([
  ['Regular expressions', 'check:regexps', ['--recheck']],
  ['Checks on real mail', 'test:corpora'],
  ['A long torture run', 'torture', ['--seconds', '600']],
  ['Planted faults', 'torture', ['--self-test']],
  ['Changes that no test finds', 'check:mutants'],
]);
