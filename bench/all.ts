import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describeMachine, waitForQuiet, watchMachine, whyBusy } from './machine.ts';
import { type Figures, type Result, readResults, writeResults } from './results.ts';

/** In this order, with the seconds that each takes by default on a quiet machine of two processors, until measured. */
const planned: Array<{ name: string; seconds: number; env?: Record<string, string> }> = [
  { name: 'ingest', seconds: 90, env: { N: '3000' } },
  { name: 'send', seconds: 90, env: { N: '800' } },
  { name: 'latency', seconds: 120, env: { BENCH_MESSAGES: '300' } },
  { name: 'load', seconds: 150, env: { BENCH_ROUNDS: '2' } },
  { name: 'read', seconds: 330 },
  { name: 'mailboxes', seconds: 130, env: { BENCH_SECONDS: '20' } },
  { name: 'quota', seconds: 110 },
  { name: 'hostile', seconds: 60 },
  { name: 'start', seconds: 150, env: { N: '3', REST_MS: '60000' } },
  { name: 'simulator', seconds: 40 },
  { name: 'web', seconds: 200, env: { BENCH_CONVERSATIONS: '20000' } },
  { name: 'reports', seconds: 120, env: { BENCH_MESSAGES: '200000' } },
  { name: 'import', seconds: 100, env: { BENCH_MESSAGES: '10000', BENCH_LIVE: '200' } },
];
/** The whole run by default; a bench that would take longer than what is left of it is not run. */
const minutes = 24;
const attempts = 2;

/**
 * `npm run bench`: every bench, or those of `names` if there are any, in a process of its own, one after another, and writes bench/RESULTS.md and RESULTS.json.
 * A bench during which the machine was busy with other work is repeated once, and marked if it was busy again.
 * `isFull`: with the sizes that each bench has alone, however long they take.
 */
export async function runAll({ isFull, names }: { isFull: boolean; names: string[] }): Promise<void> {
  const before = readResults();
  const date = new Date().toISOString().slice(0, 16);
  // The others keep what was measured last.
  const measured: Record<string, Result> = names.length > 0 ? { ...before?.benches } : {};
  const results = { date, machine: describeMachine(), benches: measured };
  const skipped: string[] = [];
  const deadline = performance.now() + minutes * 60_000;
  const left = () => (isFull ? Number.POSITIVE_INFINITY : (deadline - performance.now()) / 1_000);
  let fastest = Number.POSITIVE_INFINITY;
  for (const { name, seconds, env = {} } of planned) {
    if (names.length > 0 && !names.includes(name)) continue;
    const expected = before?.benches[name]?.seconds ?? seconds;
    if (expected > left()) {
      console.log(
        `${name}: not run, ${Math.round(left())} s are left and it takes ${Math.round(expected)} s`,
      );
      skipped.push(name);
      continue;
    }
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const quiet = await waitForQuiet(fastest);
      fastest = Math.min(fastest, quiet.computation);
      console.log(`\n${name} (load ${quiet.load})`);
      const began = performance.now();
      const watch = watchMachine();
      const figures = await runBench(name, isFull ? {} : env);
      const conditions = { ...watch.end(), load: quiet.load };
      const took = (performance.now() - began) / 1_000;
      const busy = whyBusy(conditions, fastest);
      if (!figures) {
        console.log(`${name}: failed`);
        skipped.push(`${name} (failed)`);
        break;
      }
      measured[name] = { date, figures, conditions, seconds: Math.round(took), busy };
      writeResults(results, before, skipped);
      if (!busy) break;
      const isRepeated = attempt < attempts && took < left();
      console.log(`${name}: the machine was busy (${busy})${isRepeated ? '; once more' : ''}`);
      if (!isRepeated) break;
    }
  }
  writeResults(results, before, skipped);
  if (skipped.some((name) => name.endsWith('(failed)'))) process.exitCode = 1;
}

/** Runs a bench as `npm run bench -- NAME`; null if it fails. */
function runBench(name: string, env: Record<string, string>): Promise<Figures | null> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main, name], {
    env: { ...env, ...process.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (code !== 0) return resolve(null);
      const { bench: _, ...figures } = JSON.parse(output.trim().split('\n').at(-1)!);
      resolve(figures);
    });
  });
}
