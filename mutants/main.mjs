import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { groups } from './groups.mjs';

// `npm run check:mutants -- [group …] [--files a.ts,b.ts] [--list]`: changes the code in small ways (Stryker), and fails
// if the tests of a group notice too few of the changes. Without a group: all of them, which takes hours. `--list` prints
// each change that no test noticed.

const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals } = parseArgs({
  options: { files: { type: 'string' }, list: { type: 'boolean' } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(groups);

let failed = false;
for (const name of names) {
  if (!groups[name]) throw new Error(`There is no group ${name}: ${Object.keys(groups).join(', ')}`);
  const began = Date.now();
  const { status } = spawnSync('stryker', ['run', 'mutants/stryker.config.mjs', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTANT_GROUP: name, ...(values.files && { MUTANT_FILES: values.files }) },
  });
  if (status !== 0) process.exit(status ?? 1);
  const score = printScores(name);
  const seconds = Math.round((Date.now() - began) / 1_000);
  const tooLow = !values.files && score < groups[name].score;
  failed ||= tooLow;
  console.log(
    `${name}: ${score.toFixed(1)} % in ${seconds} s${tooLow ? `, and should be ${groups[name].score} %` : ''}`,
  );
}
process.exitCode = failed ? 1 : 0;

/** Prints the score of each file, with `--list` also its survivors. Returns the score of all. */
function printScores(name) {
  const report = JSON.parse(readFileSync(path.join(root, 'data', 'mutants', `${name}.json`), 'utf8'));
  const total = { killed: 0, counted: 0 };
  for (const [file, { mutants, source }] of Object.entries(report.files)) {
    const counted = mutants.filter(({ status }) => /^(Killed|Timeout|Survived|NoCoverage)$/.test(status));
    const killed = counted.filter(({ status }) => /^(Killed|Timeout)$/.test(status)).length;
    total.killed += killed;
    total.counted += counted.length;
    console.log(`  ${percent(killed, counted.length).toFixed(1)} % of ${counted.length}  ${file}`);
    if (values.list) for (const mutant of counted) printSurvivor(mutant, source.split('\n'));
  }
  return percent(total.killed, total.counted);
}

function percent(part, all) {
  return all === 0 ? 100 : (100 * part) / all;
}

function printSurvivor({ status, location, replacement }, lines) {
  if (status !== 'Survived' && status !== 'NoCoverage') return;
  const { line, column } = location.start;
  console.log(`    ${line}:${column} ${status} ${lines[line - 1].trim()}\n      → ${replacement}`);
}
