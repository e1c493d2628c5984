import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

type ProcessTimes = { parent: number; own: number; ofEnded: number };

/**
 * Processor time of a Postgres on this machine so far, in seconds: of its first process, of those that it runs now and of
 * those that ended.
 */
export async function postgresSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const first = (await processTimes(rows[0]!.pid))!.parent;
  let ticks = 0;
  for (const pid of (await readdir('/proc')).map(Number).filter(Number.isInteger)) {
    const times = await processTimes(pid);
    if (pid === first) ticks += times!.own + times!.ofEnded;
    else if (times?.parent === first) ticks += times.own;
  }
  return ticks / 100;
}

/** From proc(5), in clock ticks, which are hundredths of a second on Linux; null if there is no such process. */
async function processTimes(pid: number): Promise<ProcessTimes | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (from: number) => fields[from]! + fields[from + 1]!;
  return { parent: fields[1]!, own: sum(11), ofEnded: sum(13) };
}
