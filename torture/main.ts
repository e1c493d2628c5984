import { parseArgs } from 'node:util';
import { countFindings, printFindings } from './report.ts';
import { torture } from './run.ts';
import { missed, selfTest } from './self-test.ts';
import { isMoment, type Trial } from './trials.ts';

// `npm run torture -- --seconds 120 [--seed N] [--messages N] [--sends N]`: prints a table and, as its last
// line, one JSON object. `--webs 2 --workers 4 --pgbouncer`: so many processes, through PgBouncer; `--kill-every 1`: how
// often one is killed, in seconds; `--outage 60`: once Postgres is away for so many seconds. Exits with status 1 when a message was lost, doubled, changed or out of order, a mailbox was
// wrongly marked as disconnected, or a process crashed. `--self-test [part of a name]`: plants faults in Postroom
// instead, one after the other, and exits with status 1 unless all are found.

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '120' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    messages: { type: 'string' },
    sends: { type: 'string' },
    webs: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    pgbouncer: { type: 'boolean', default: false },
    'kill-every': { type: 'string', default: '2' },
    outage: { type: 'string', default: '0' },
    'self-test': { type: 'boolean' },
  },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const messages = Number(values.messages ?? Math.round((2_000 * seconds) / 120));
const sends = Number(values.sends ?? Math.round((500 * seconds) / 120));
const [webs, workers, killEvery, outage] = [
  values.webs,
  values.workers,
  values['kill-every'],
  values.outage,
].map(Number) as [number, number, number, number];
const numbers = [seconds, seed, messages, sends, webs, workers, killEvery, outage];
if (!numbers.every((value) => Number.isInteger(value) && value >= 0) || webs * workers * killEvery === 0) {
  console.error('The numbers must be whole ones, and those of --webs, --workers and --kill-every above 0.');
  process.exit(1);
}

if (values['self-test']) {
  const began = performance.now();
  const results = await selfTest(seed, (line) => console.log(`  ${line}`), positionals[0]);
  const notFound = missed(results);
  for (const { name } of notFound) console.log(`wrong: ${name}`);
  const found = results.length - notFound.length;
  const time = Math.round((performance.now() - began) / 1_000);
  console.log(
    JSON.stringify({
      bench: 'torture self-test',
      planted: results.length - 1,
      right: found,
      seconds: time,
      seed,
    }),
  );
  process.exit(notFound.length > 0 ? 1 : 0);
}

console.log(`${messages} messages and ${sends} answers in ${seconds} s, seed ${seed}`);
const outcome = await torture({
  seconds,
  seed,
  messages,
  sends,
  killEvery: killEvery * 1_000,
  topology: { webs, workers, pooler: values.pgbouncer },
  outageMs: outage * 1_000,
  report: (line) => console.log(`  ${line}`),
});
const figures = countFindings(outcome);
await printFindings(outcome);
console.table({
  ...figures,
  'messages delivered': outcome.messages,
  'answers of agents': outcome.sends,
  kills: outcome.kills,
  'restores of an old copy': outcome.restores,
  'sent answers that a restore put back as unsent': outcome.putBack,
  'messages that Gmail did not return': outcome.poisoned,
  'of these, never': outcome.unreadable,
  'Postgres away': outcome.outages,
  'jumps of the clock': outcome.clockJumps,
  ...Object.fromEntries(
    Object.entries(outcome.trials).map(([trial, times]) => [
      isMoment(trial as Trial) ? `kills at the moment “${trial}”` : `trial “${trial}”`,
      times,
    ]),
  ),
  'slowness of the machine': Number(outcome.slowness.toFixed(1)),
  'processes that crashed': outcome.crashes.length,
  'responses with status 500 or above': outcome.faultsOfWeb.length,
});
const { kills } = outcome;
console.log(
  JSON.stringify({
    bench: 'torture',
    ...figures,
    kills,
    restores: outcome.restores,
    poisoned: outcome.poisoned,
    messages: outcome.messages,
    sends: outcome.sends,
    seconds,
    seed,
  }),
);
process.exit(outcome.findings.length + outcome.crashes.length > 0 ? 1 : 0);
