import { parseArgs } from 'node:util';
import { countFindings, printFindings } from './report.ts';
import { torture } from './run.ts';

// `npm run torture -- --seconds 120 [--seed N] [--messages N] [--sends N]`: prints a table for people and,
// as its last line, one JSON object. Ends with 1 where anything was lost, doubled, disordered or falsely
// called disconnected, or a process ended by itself.

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    messages: { type: 'string' },
    sends: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const messages = Number(values.messages ?? Math.round((2_000 * seconds) / 120));
const sends = Number(values.sends ?? Math.round((500 * seconds) / 120));
if (![seconds, seed, messages, sends].every((value) => Number.isInteger(value) && value >= 0)) {
  console.error('--seconds, --seed, --messages and --sends are whole numbers.');
  process.exit(1);
}

console.log(`${messages} messages and ${sends} answers in ${seconds} s, seed ${seed}`);
const outcome = await torture({
  seconds,
  seed,
  messages,
  sends,
  killEvery: 2_000,
  report: (line) => console.log(`  ${line}`),
});
const figures = countFindings(outcome);
await printFindings(outcome);
console.table({
  ...figures,
  'messages played in': outcome.messages,
  'answers of agents': outcome.sends,
  kills: outcome.kills,
  ...Object.fromEntries(
    Object.entries(outcome.killedAt).map(([environment, times]) => [
      `kills with an answer ${environment}`,
      times,
    ]),
  ),
  'processes that ended by themselves': outcome.crashes.length,
  'answers from 500 up': outcome.faultsOfWeb.length,
});
const { kills } = outcome;
console.log(
  JSON.stringify({
    bench: 'torture',
    ...figures,
    kills,
    messages: outcome.messages,
    sends: outcome.sends,
    seconds,
    seed,
  }),
);
process.exit(outcome.findings.length + outcome.crashes.length > 0 ? 1 : 0);
