import type { ReactNode } from 'react';
import type { Mailbox, MailboxLive } from '../../../api/client.ts';
import { clockTime } from '../../../ui/format-short-time.ts';
import { Time } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';
import { CompletenessCheck } from './completeness-check.tsx';
import styles from './mailbox-status.module.css';
import { NotificationHealth } from './notification-health.tsx';

/** How an address is doing at this moment, in words that need no engineer. */
export function LiveState({ mailbox, live }: { mailbox: Mailbox; live: MailboxLive }) {
  const said = words.mailbox;
  const { allowance, quota, watch } = live;
  return (
    <dl className={styles.facts}>
      <Fact name={said.connectedSince}>
        <Time at={mailbox.connectedAt} />
      </Fact>
      {live.authorisedAt && (
        <Fact name={said.signedIn}>
          <Time at={live.authorisedAt} />
        </Fact>
      )}
      <Fact name={said.received}>
        {mailbox.lastMessageReceivedAt ? <Time at={mailbox.lastMessageReceivedAt} /> : said.never}
      </Fact>
      <Fact name={said.sent}>{live.lastSentAt ? <Time at={live.lastSentAt} /> : said.never}</Fact>
      {mailbox.state === 'connected' && (
        <Fact name={said.hearing}>
          <NotificationHealth health={mailbox.hearing} />
        </Fact>
      )}
      {mailbox.state === 'connected' && (
        <Fact name={said.watch}>
          {watch ? (
            <>
              {watch.renewedAt && (
                <div>
                  {said.watchRenewed} <Time at={watch.renewedAt} />
                </div>
              )}
              <Quiet>{said.watchUntil(clockTime(new Date(watch.expiresAt), new Date()))}</Quiet>
            </>
          ) : (
            said.noWatch
          )}
        </Fact>
      )}
      <Fact name={said.backlog}>
        <div>{backlog(mailbox, live)}</div>
        <Leaving mailbox={mailbox} live={live} />
      </Fact>
      <Fact name={said.allowance}>
        {allowance.limitedUntil ? (
          <span className={styles.warning}>
            {said.limited(clockTime(new Date(allowance.limitedUntil), new Date()))}
          </span>
        ) : (
          said.left(allowance.left, allowance.limit)
        )}
        <Quiet>{said.leftHelp}</Quiet>
      </Fact>
      {quota && <Fact name={said.quota}>{said.quotaUsed(quota.used, quota.perMinute)}</Fact>}
      <Fact name={said.check}>
        {mailbox.check ? <CompletenessCheck check={mailbox.check} /> : said.notChecked}
      </Fact>
    </dl>
  );
}

function backlog({ state }: Mailbox, { receiving, retryAt, syncedAt }: MailboxLive): string {
  const said = words.mailbox;
  const clock = (at: string) => clockTime(new Date(at), new Date());
  if (state === 'disconnected') return said.stopped;
  if (receiving === 'current') return said.current;
  if (receiving === 'waiting' && retryAt) return said.retry(clock(retryAt));
  return syncedAt ? said.behindSince(clock(syncedAt)) : said.behind;
}

function Leaving({ mailbox, live: { waiting } }: { mailbox: Mailbox; live: MailboxLive }) {
  const said = words.mailbox;
  const lines = [
    waiting.sending > 0 && said.leaving(waiting.sending),
    waiting.held > 0 &&
      (mailbox.state === 'disconnected' ? said.held(waiting.held) : said.heldAsking(waiting.held)),
    waiting.scheduled > 0 && said.scheduled(waiting.scheduled),
  ].filter((line) => line !== false);
  return lines.map((line) => <Quiet key={line}>{line}</Quiet>);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Quiet({ children }: { children: ReactNode }) {
  return <div className={styles.quiet}>{children}</div>;
}
