import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { followProcesses } from './process-times.ts';

/** How busy the machine was with other work, and how fast it computes. Shares are of all processors. */
export type Conditions = {
  /** The load of the last minute before. */
  load: number;
  /** What other processes used, and what the host of a virtual machine took away (steal). */
  others: number;
  steal: number;
  /** Milliseconds of processor time that a fixed computation took (median), which grows on a shared processor. */
  computation: number;
};

/** What makes the figures of a bench doubtful. */
const bounds = { others: 0.1, steal: 0.03, computation: 1.25 };

export function describeMachine(): string {
  const models = new Set(cpus().map(({ model }) => model.trim()));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} processors (${[...models].join(', ')}), ${memory} GB, Node ${process.version}, commit ${commit}`;
}

/** Why these conditions are not those of a quiet machine; null if they are. `fastest`: of all computations so far. */
export function whyBusy({ others, steal, computation }: Conditions, fastest: number): string | null {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (others > bounds.others) return `other work used ${percent(others)} of the processors`;
  if (steal > bounds.steal) return `the host took ${percent(steal)} of the processors away`;
  if (computation > bounds.computation * fastest)
    return `a fixed computation took ${(computation / fastest).toFixed(2)} times as long`;
  return null;
}

/** Watches the machine until `end`. What this process and those that it started use is not other work. */
export function watchMachine(everyMs = 5_000): { end(): Conditions } {
  const [load = 0] = loadavg();
  const own = followProcesses();
  const before = { ...readProcessors(), own: own.ticks() };
  const computations = [compute()];
  const interval = setInterval(() => computations.push(compute()), everyMs);
  return {
    end() {
      clearInterval(interval);
      computations.push(compute());
      const after = { ...readProcessors(), own: own.end() };
      const all = after.all - before.all || 1;
      const others = after.busy - before.busy - (after.own - before.own);
      return {
        load: Math.round(load * 100) / 100,
        others: Math.max(0, others / all),
        steal: (after.steal - before.steal) / all,
        computation: computations.toSorted((a, b) => a - b)[Math.floor(computations.length / 2)]!,
      };
    },
  };
}

/** Waits until the machine is quiet for two seconds, at most `patienceMs`; returns the last conditions. */
export async function waitForQuiet(fastest: number, patienceMs = 60_000): Promise<Conditions> {
  const began = performance.now();
  for (;;) {
    const watch = watchMachine(500);
    await sleep(2_000);
    const conditions = watch.end();
    if (!whyBusy(conditions, fastest) || performance.now() - began > patienceMs) return conditions;
  }
}

/** From proc(5), in clock ticks. Steal is not busy. */
function readProcessors(): { all: number; busy: number; steal: number } {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq;
  return { all: busy + idle + iowait + steal, busy, steal };
}

/** A computation of about 5 ms; returns its processor time in ms. */
function compute(): number {
  const before = process.cpuUsage();
  let state = 1;
  for (let turn = 0; turn < 4_000_000; turn += 1) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  const { user, system } = process.cpuUsage(before);
  return state === 0 ? 0 : (user + system) / 1_000;
}
