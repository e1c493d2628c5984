import type { Pool } from 'pg';

/** Prints which statements took Postgres the most time, for each of `messages` (BENCH_STATEMENTS). */
export async function mostExpensiveStatements(pool: Pool, messages: number): Promise<void> {
  const { rows } = await pool.query<{ calls: number; ms: number; query: string }>(
    `select sum(calls)::int as calls, (sum(total_exec_time + total_plan_time) / $1)::float8 as ms, left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
     from pg_stat_statements where toplevel group by 3 order by 2 desc limit 40`,
    [messages],
  );
  console.table(
    rows.map(({ calls, ms, query }) => ({ calls, 'ms a message': Number(ms.toFixed(3)), query })),
  );
}
