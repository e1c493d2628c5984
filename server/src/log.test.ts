import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function openLog() {
  const lines: string[] = [];
  const clock = { now: 0 };
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLog('info', { destination, now: () => clock.now }), lines, clock };
}

const away = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
const full = () => Object.assign(new Error('could not extend file'), { code: '53100' });

test.each([
  ['Postgres is away', away],
  ['the disk is full', full],
])('while %s, one line in 30 s is written, whoever fails', (_state, failure) => {
  const { log, lines, clock } = openLog();
  for (let second = 0; second < 60; second += 1) {
    clock.now = second * 1_000;
    log.error(failure(), 'one loop: failed');
    log.error({ err: failure(), mailboxId: 'm' }, 'another loop: failed');
    log.error({ err: new Error('a job failed', { cause: failure() }) }, 'a job: failed');
  }
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'one loop: failed', leftOut: 0 });
  expect(JSON.parse(lines[1]!)).toMatchObject({ leftOut: 89 });
});

test('a full disk is written although Postgres was away just before', () => {
  const { log, lines } = openLog();
  for (const failure of [away, full, away, full]) log.error(failure(), 'a loop: failed');
  expect(lines.map((line) => JSON.parse(line).database)).toEqual([
    'Postgres does not answer',
    expect.stringMatching(/^The disk is full/),
  ]);
});

test('other failures are all written', () => {
  const { log, lines } = openLog();
  for (let count = 0; count < 3; count += 1) log.error(new Error('broken'), 'a loop: failed');
  expect(lines).toHaveLength(3);
});

test('each line is one JSON object with the process id', () => {
  const { log, lines } = openLog();
  log.info('first line\nsecond line');
  log.error(new Error('one\ntwo'));
  expect(lines.join('').trimEnd().split('\n')).toHaveLength(2);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ pid: process.pid });
});
