import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from './compare-mail.ts';
import { maxOffsetMs } from './disturbances.ts';
import type { TortureEnvironment } from './environment.ts';
import type { MachineSpeed } from './machine-speed.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SeenDisconnection, watchMailboxes } from './watch-mailboxes.ts';

/** Postroom must notice a revoked access within this time (ms, on a fast machine). */
const noticeTimeoutMs = 180_000;

export type Revocation = ReturnType<typeof createRevocation>;

/** Revokes the access of one mailbox, and checks that only this one is reported as disconnected. */
export function createRevocation(
  { google, pool, desks }: TortureEnvironment,
  mailboxes: ReturnType<typeof watchMailboxes>,
  random: SeededRandom,
  { speed, report }: { speed: MachineSpeed; report: (line: string) => void },
) {
  let running = false;
  let revoked: { mailboxId: string; from: Date; until: Date; noticed: boolean } | null = null;
  return {
    /** Revokes one mailbox's access, waits `disconnectedMs` after Postroom noticed, and reconnects it. */
    async run(disconnectedMs: number): Promise<void> {
      running = true;
      const desk = random.pick(desks);
      const account = random.pick(desk.accounts);
      const mailboxId = desk.mailboxes.get(account)!;
      revoked = { mailboxId, from: new Date(), until: new Date(8.64e15), noticed: false };
      await google.control('revoke', { email: account });
      report(`the access of ${account} is revoked`);
      const deadline = performance.now() + speed.scaled(noticeTimeoutMs);
      while (!revoked.noticed && performance.now() < deadline) {
        await sleep(100);
        revoked.noticed = (await mailboxes.readDisconnected()).some((seen) => seen.mailboxId === mailboxId);
      }
      report(`Postroom ${revoked.noticed ? 'reports' : 'did not report'} that ${account} is disconnected`);
      await sleep(disconnectedMs);
      await desk.admin.connect(account, mailboxId);
      revoked.until = new Date();
      report(`${account} is reconnected`);
      running = false;
    },
    isRunning: () => running,

    /** Mailboxes wrongly reported as disconnected, and a disconnected one that was not reported. */
    async compare(): Promise<Finding[]> {
      const { rows } = await pool.query(
        `select data->>'mailboxId' as "mailboxId", data->>'code' as code, min(created_at) as at, '' as address
         from notification where kind = 'mailbox.disconnected' group by 1, 2, date_trunc('second', created_at)`,
      );
      const reported = [...mailboxes.seen(), ...(rows as SeenDisconnection[])];
      const findings = reported
        .filter(
          // By the clock of Postroom, which jumps.
          ({ mailboxId, at }) =>
            mailboxId !== revoked?.mailboxId ||
            at.getTime() < revoked.from.getTime() - maxOffsetMs ||
            at.getTime() > revoked.until.getTime() + maxOffsetMs,
        )
        .map(({ mailboxId, address, code, at }): Finding => {
          const what = `${address} ${mailboxId} was reported as disconnected (${code}) at ${at.toISOString()}`;
          return { kind: 'falseDisconnections', what, ids: [mailboxId] };
        });
      if (revoked && !revoked.noticed) {
        const what = `${revoked.mailboxId} lost its access and was not reported as disconnected`;
        findings.push({ kind: 'falseDisconnections', what, ids: [revoked.mailboxId] });
      }
      return findings;
    },
  };
}
