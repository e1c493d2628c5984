import { setTimeout as sleep } from 'node:timers/promises';
import { type Compared, isReceivable } from './compare-mail.ts';
import type { DatabaseAccess } from './database-access.ts';
import { deliveries, setAside, storedCopies } from './database-rows.ts';
import type { TortureEnvironment } from './environment.ts';
import type { MachineSpeed } from './machine-speed.ts';

/** Gives up after this time (ms, on a fast machine) without progress, counted from the last scheduled attempt. */
const stallTimeoutMs = 120_000;
const maxWaitMs = 20 * 60_000;

/**
 * Waits until every message is stored, every answer is sent and nothing has changed for three seconds; reports
 * what it waits for. Returns false when it gives up because there is no progress.
 */
export async function waitUntilIdle(
  environment: TortureEnvironment,
  compared: Compared,
  { speed, report }: { speed: MachineSpeed; report: (line: string) => void },
): Promise<boolean> {
  const began = performance.now();
  let state = '';
  let unchangedSince = began;
  let reportedAt = began;
  const stallMs = speed.scaled(stallTimeoutMs);
  while (performance.now() - began < speed.scaled(maxWaitMs)) {
    const { waiting, nextAttemptAt, fingerprint } = await outstanding(environment, compared);
    const now = performance.now();
    if (fingerprint !== state) {
      state = fingerprint;
      unchangedSince = now;
    }
    const unchangedMs = now - unchangedSince;
    if (waiting.length === 0 && unchangedMs > 3_000) return true;
    // Waiting for a scheduled attempt (Retry-After or backoff) is no lack of progress.
    if (unchangedMs > stallMs && nextAttemptAt < Date.now() - stallMs) return false;
    if (now - reportedAt > 5_000) {
      reportedAt = now;
      report(`waiting for ${waiting.join(', ') || 'three seconds without changes'}`);
    }
    await sleep(500);
  }
  return false;
}

/** The next poll of each mailbox, for a log line. */
async function nextPolls(pool: DatabaseAccess): Promise<Map<string, string>> {
  const { rows } = await pool.query(
    `select id, sync_failures as failures,
       ceil(extract(epoch from greatest(sync_not_before, next_sync_at) - now()))::int as seconds from mailbox`,
  );
  return new Map(rows.map(({ id, failures, seconds }) => [id, `${failures} failures, due in ${seconds} s`]));
}

async function outstanding({ pool, google }: TortureEnvironment, { desks, traffic, poison }: Compared) {
  const copies = await storedCopies(pool);
  const stored = new Set(copies.map(({ mailboxId, gmailId }) => `${mailboxId} ${gmailId}`));
  const aside = await setAside(pool);
  const waiting: string[] = [];
  const polls = await nextPolls(pool);
  for (const desk of desks) {
    for (const [account, mailboxId] of desk.mailboxes) {
      const missing = (await google.messagesOf(account)).filter((message) => {
        const expected = poison.isUnreadable(message.rfcMessageId) ? aside : stored;
        return isReceivable(message) && !expected.has(`${mailboxId} ${message.id}`);
      });
      if (missing.length > 0)
        waiting.push(`${missing.length} messages of ${account} (${polls.get(mailboxId)})`);
    }
  }
  const unsent = (await deliveries(pool)).filter(({ state }) => state !== 'sent');
  if (unsent.length > 0) {
    const states = Map.groupBy(unsent, ({ state }) => state);
    const soonest = (of: typeof unsent) =>
      Math.ceil((Math.min(...of.map((row) => row.nextAttemptAt?.getTime() ?? 0)) - Date.now()) / 1_000);
    for (const [state, of] of states) {
      const scheduled = of.filter(({ nextAttemptAt }) => nextAttemptAt);
      const due = scheduled.length > 0 ? ` (the next in ${soonest(scheduled)} s)` : '';
      waiting.push(`${of.length} answers ${state}${due}`);
    }
  }
  const { rows } = await pool.query(
    `select extract(epoch from greatest(max(sync_not_before), max(next_sync_at),
         (select max(next_attempt_at) from unfetched_message where set_aside_at > now() - interval '10 minutes')))::float8 * 1000 as at,
       count(*) filter (where disconnected_at is not null)::int as disconnected,
       (select sum(last_seq)::int from event_sequence) as events
     from mailbox`,
  );
  const { at, disconnected, events } = rows[0] as { at: number; disconnected: number; events: number };
  if (disconnected > 0) waiting.push(`${disconnected} disconnected mailboxes`);
  const dues = unsent.map(({ nextAttemptAt }) => nextAttemptAt?.getTime() ?? 0);
  return {
    waiting,
    nextAttemptAt: Math.max(...dues, unsent.length > 0 ? 0 : at),
    fingerprint: `${events} ${copies.length} ${traffic.delivered()} ${unsent.length} ${disconnected}`,
  };
}
