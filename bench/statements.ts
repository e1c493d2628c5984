import pg, { type Pool } from 'pg';

// With BENCH_STATEMENTS=1 a bench counts the statements that Postgres runs (pg_stat_statements).

const isOn = process.env.BENCH_STATEMENTS === '1';

/** Whether Postgres has to be started again, because it loads the counter at its start only. */
export async function enableStatements(databaseUrl: string): Promise<boolean> {
  if (!isOn) return false;
  // A pool reports that it has ended before its connections have.
  const client = new pg.Client(databaseUrl);
  await client.connect();
  await client.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await client.end();
  return true;
}

/** Counts from now on. */
export async function countStatements(pool: Pool): Promise<void> {
  if (!isOn) return;
  await pool.query('create extension if not exists pg_stat_statements');
  await pool.query('select pg_stat_statements_reset()');
}

/** Prints how often each was run since, for each of `pieces` of work, and the time it took. */
export async function printStatements(pool: Pool, pieces: number): Promise<void> {
  if (!isOn) return;
  const { rows } = await pool.query<{ calls: number; ms: number; text: string }>(
    `select calls::float8 / $1::int as calls, total_exec_time / $1::int as ms,
       left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as text
     from pg_stat_statements where query not like '%pg_stat_%' order by calls desc, total_exec_time desc`,
    [pieces],
  );
  const sum = (name: 'calls' | 'ms') => rows.reduce((total, row) => total + row[name], 0).toFixed(2);
  console.log(`statements: ${sum('calls')} each, ${sum('ms')} ms`);
  for (const { calls, ms, text } of rows)
    if (calls >= 0.05) console.log(calls.toFixed(2).padStart(7), ms.toFixed(3).padStart(8), text);
}
