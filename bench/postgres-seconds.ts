import type { Pool } from 'pg';
import { allProcessTimes } from './process-times.ts';

/**
 * Processor time of a Postgres on this machine so far, in seconds: of its first process, of those that it runs now and of
 * those that ended.
 */
export async function postgresSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const all = allProcessTimes();
  const first = all.get(rows[0]!.pid)!.parent;
  let ticks = all.get(first)!.ofEnded;
  for (const [pid, { parent, own }] of all) if (pid === first || parent === first) ticks += own;
  return ticks / 100;
}
