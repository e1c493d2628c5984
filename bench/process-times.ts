import { readdirSync, readFileSync } from 'node:fs';

/** Processor time in clock ticks, which are hundredths of a second on Linux; `ofEnded`: of children it waited for. */
export type ProcessTimes = { parent: number; own: number; ofEnded: number };

/** From proc(5); null if there is no such process. */
export function processTimes(pid: number): ProcessTimes | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (from: number) => fields[from]! + fields[from + 1]!;
  return { parent: fields[1]!, own: sum(11), ofEnded: sum(13) };
}

/** All processes of the machine at one moment: none of them ended while they were read. */
export function allProcessTimes(): Map<number, ProcessTimes> {
  for (let attempt = 1; ; attempt += 1) {
    const all = new Map(processIds().map((pid) => [pid, processTimes(pid)] as const));
    const still = new Set(processIds());
    const isOneMoment = [...all].every(([pid, times]) => times && still.has(pid));
    if (isOneMoment || attempt === 20)
      return new Map([...all].filter((entry): entry is [number, ProcessTimes] => entry[1] !== null));
  }
}

const processIds = () => readdirSync('/proc').map(Number).filter(Number.isInteger);

/**
 * Counts the processor time of this process and of all that it starts, in clock ticks. The system forgets that of a
 * process for which its parent does not wait, as Chromium's and a Postgres whose parent ends first: only then the sum
 * of those that run and their ended children falls, and what it fell by is added again.
 */
export function followProcesses(everyMs = 1_000): { ticks(): number; end(): number } {
  let followed = new Set([process.pid]);
  let last = 0;
  let forgotten = 0;
  const ticks = () => {
    const all = allProcessTimes();
    // One that was followed stays so where its parent has ended.
    const isFollowed = (pid: number): boolean =>
      followed.has(pid) || (all.has(pid) && isFollowed(all.get(pid)!.parent));
    followed = new Set([...all.keys()].filter(isFollowed));
    const sum = [...followed].reduce((ticks, pid) => ticks + all.get(pid)!.own + all.get(pid)!.ofEnded, 0);
    forgotten += Math.max(0, last - sum);
    last = sum;
    return sum + forgotten;
  };
  ticks();
  const interval = setInterval(ticks, everyMs);
  return {
    ticks,
    end() {
      clearInterval(interval);
      return ticks();
    },
  };
}
