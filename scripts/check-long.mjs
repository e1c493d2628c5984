import { runSteps } from './run-steps.mjs';
import { buildWeb, install, print } from './setup.mjs';

// `npm run check:long`: the checks that take too long for `npm test`. Each step is an npm script of its own.

install();
buildWeb();

// A failure is repeated with the seed that its output names.
const fuzz = {
  POSTROOM_FUZZ_SEED: process.env.POSTROOM_FUZZ_SEED ?? String(Date.now() % 2 ** 31),
  POSTROOM_FUZZ_REQUESTS: '10000',
  POSTROOM_FUZZ_MESSAGES: '20000',
};
print(`POSTROOM_FUZZ_SEED=${fuzz.POSTROOM_FUZZ_SEED}`);

await runSteps([
  ['Regular expressions', 'check:regexps', ['--recheck']],
  ['Changed requests', 'test:unit', ['server/src/http/fuzz', '--testTimeout=1800000'], fuzz],
  ['Changed messages', 'test:unit', ['server/src/inbound/parse/changed-messages'], fuzz],
  ['Checks on real mail', 'test:corpora', [], fuzz],
  ['A long torture run', 'torture', ['--seconds', '600']],
  ['Planted faults', 'torture', ['--self-test']],
  ['Changes that no test finds', 'check:mutants'],
]);
