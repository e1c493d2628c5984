import { commandLine } from '../command-line.ts';
import type { Deployment } from '../database/connect.ts';
import { translateProblem } from '../locales/translate.ts';
import { bad, type Finding, good } from './finding.ts';

/** Longer than every pause between attempts while something works at all. */
const stuckAfter = '10 minutes';

/** The addresses that Google has ended the access of, and those in trouble. */
export async function disconnectedMailboxes({ sql }: Deployment, url: string): Promise<Finding[]> {
  const rows = await sql
    .selectFrom('mailbox')
    .innerJoin('instance', 'instance.id', 'mailbox.instanceId')
    .where('mailbox.deletedAt', 'is', null)
    .where((eb) => eb.or([eb('disconnectedAt', 'is not', null), eb('troubleSince', 'is not', null)]))
    .select(['mailbox.id', 'address', 'slug', 'disconnectedAt', 'disconnectedCode', 'troubleSince'])
    .orderBy('address')
    .execute();
  const findings = rows.map(({ id, address, slug, disconnectedAt, disconnectedCode, troubleSince }) => {
    const page = `${url}/${slug}/apps/email/${id}`;
    if (!disconnectedAt) {
      const since = troubleSince!.toISOString();
      return bad(`${address} has had trouble since ${since}.`, `The reason is on its page: ${page}`);
    }
    const { title } = translateProblem('en', { code: disconnectedCode ?? '' });
    const since = disconnectedAt.toISOString();
    return bad(`${address} is disconnected since ${since}: ${title}`, `An admin reconnects it: ${page}`);
  });
  return findings.length > 0 ? findings : [good('No address is disconnected or in trouble.')];
}

/** Work that is due for long: nobody does it, or it fails each time. */
export async function stuckWork(
  { pool }: Deployment,
  { isPaused }: { isPaused: boolean },
): Promise<Finding[]> {
  // A paused copy does nothing on purpose.
  if (isPaused) return [];
  const late = `now() - interval '${stuckAfter}'`;
  const { rows } = await pool.query<{ syncs: number; deliveries: number; hasQueue: boolean }>(`select
    (select count(*)::int from mailbox
      where deleted_at is null and disconnected_at is null and next_sync_at < ${late}) as syncs,
    (select count(*)::int from delivery where state in ('queued', 'sending') and send_after < ${late}
      and coalesce(next_attempt_at, send_after) < ${late}) as deliveries,
    to_regclass('pgboss.job') is not null as "hasQueue"`);
  const { syncs, deliveries, hasQueue } = rows[0]!;
  const waiting = hasQueue
    ? await pool.query<{ jobs: number }>(
        `select count(*)::int as jobs from pgboss.job where state < 'active' and start_after < ${late}`,
      )
    : null;
  const advice = `Start a process that works (POSTROOM_ROLE=all or worker); if one runs, its log says why: ${commandLine('start')}`;
  const stuck: Array<[number, string]> = [
    [syncs, 'addresses that were to be read'],
    [deliveries, 'messages that were to be sent'],
    [waiting?.rows[0]?.jobs ?? 0, 'jobs of the queue'],
  ];
  const findings = stuck.flatMap(([count, what]) =>
    count > 0 ? [bad(`${count} ${what} have waited for more than ${stuckAfter}.`, advice)] : [],
  );
  return findings.length > 0
    ? findings
    : [{ text: 'Nothing waits for longer than it should.', advice: null }];
}
