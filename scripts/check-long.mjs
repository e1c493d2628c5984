import { runSteps } from './run-steps.mjs';
import { buildWeb, install } from './setup.mjs';

// `npm run check:long`: the checks that take too long for `npm test`. Each step is an npm script of its own.

install();
buildWeb();

await runSteps([['Checks on real mail', 'test:corpora']]);
