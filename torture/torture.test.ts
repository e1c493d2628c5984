import { expect, test } from 'vitest';
import { countFindings, printFindings } from './report.ts';
import { torture } from './run.ts';

// A short `npm run torture`: prints its findings with the log lines about them.

test('kills and faults lose, double and reorder nothing', async () => {
  const seed = Number(process.env.TORTURE_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`seed ${seed}`);
  const outcome = await torture({
    seconds: 25,
    seed,
    messages: 250,
    sends: 25,
    killEvery: 2_000,
    trials: ['claimed', 'asked', 'answered', 'waiting', 'fetching', 'storing', 'queue'],
    report: (line) => console.log(`  ${line}`),
  });
  await printFindings(outcome);
  expect(countFindings(outcome)).toEqual({
    lost: 0,
    doubled: 0,
    disordered: 0,
    changed: 0,
    falseDisconnections: 0,
  });
  expect(outcome.crashes).toEqual([]);
  expect(outcome.messages).toBeGreaterThanOrEqual(200);
  expect(outcome.kills).toBeGreaterThanOrEqual(10);
  expect(outcome.restores).toBeGreaterThanOrEqual(1);
  expect(outcome.outages).toBeGreaterThanOrEqual(1);
  expect(outcome.clockJumps).toBeGreaterThanOrEqual(1);
  expect(Object.values(outcome.trials).filter((times) => times > 0).length).toBeGreaterThanOrEqual(3);
});
