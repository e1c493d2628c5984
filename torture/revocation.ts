import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './compare-mail.ts';
import type { TortureEnvironment } from './environment.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SeenDisconnection, watchMailboxes } from './watch-mailboxes.ts';

/** Google's side ends it, Postroom finds out, an admin connects it again: this long at most (ms). */
const noticeTimeoutMs = 180_000;

/** One mailbox whose owner takes the access away, and the looks at which mailboxes are said to be disconnected. */
export function createRevocation(
  { google, pool, desks }: TortureEnvironment,
  mailboxes: ReturnType<typeof watchMailboxes>,
  random: SeededRandom,
  report: (line: string) => void,
) {
  let revoked: { mailboxId: string; from: Date; until: Date; noticed: boolean } | null = null;
  return {
    /** Takes one mailbox's access away, leaves it so for `apart` milliseconds once noticed, and connects it again. */
    async play(disconnectedMs: number): Promise<void> {
      const desk = random.pick(desks);
      const account = random.pick(desk.accounts);
      const mailboxId = desk.mailboxes.get(account)!;
      revoked = { mailboxId, from: new Date(), until: new Date(8.64e15), noticed: false };
      await google.control('revoke', { email: account });
      report(`${account} took its access away`);
      const deadline = performance.now() + noticeTimeoutMs;
      while (!revoked.noticed && performance.now() < deadline) {
        await sleep(100);
        revoked.noticed = (await mailboxes.look()).some((seen) => seen.mailboxId === mailboxId);
      }
      report(`${account} is ${revoked.noticed ? 'disconnected' : 'not known to be disconnected'}`);
      await sleep(disconnectedMs);
      await desk.admin.connect(account, mailboxId);
      revoked.until = new Date();
      report(`${account} is connected again`);
    },

    /** What was called disconnected and was not; and the other way round. */
    async compare(): Promise<Finding[]> {
      const { rows } = await pool.query(
        `select data->>'mailboxId' as "mailboxId", data->>'code' as code, min(created_at) as at, '' as address
         from notification where kind = 'mailbox.disconnected' group by 1, 2, date_trunc('second', created_at)`,
      );
      const reported = [...mailboxes.seen(), ...(rows as SeenDisconnection[])];
      const findings = reported
        .filter(
          ({ mailboxId, at }) => mailboxId !== revoked?.mailboxId || at < revoked.from || at > revoked.until,
        )
        .map(({ mailboxId, address, code, at }): Finding => {
          const what = `${address} ${mailboxId} was called disconnected (${code}) at ${at.toISOString()}`;
          return { kind: 'falseDisconnections', what, ids: [mailboxId] };
        });
      if (revoked && !revoked.noticed) {
        const what = `${revoked.mailboxId} lost its access, and was not called disconnected`;
        findings.push({ kind: 'falseDisconnections', what, ids: [revoked.mailboxId] });
      }
      return findings;
    },
  };
}
