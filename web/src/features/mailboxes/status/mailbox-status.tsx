import type { ReactNode } from 'react';
import type { Mailbox, MailboxLive } from '../../../api/client.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';
import { CompletenessCheck } from './completeness-check.tsx';
import styles from './mailbox-status.module.css';
import { NotificationHealth } from './notification-health.tsx';

/** How an address is doing at this moment, in words that need no engineer. */
export function MailboxStatus({ mailbox, status }: { mailbox: Mailbox; status: MailboxLive }) {
  const said = words.mailbox;
  const { allowance, quota, watch } = status;
  return (
    <dl className={styles.facts}>
      <StatusRow name={said.connectedSince}>
        <RelativeTime at={mailbox.connectedAt} />
      </StatusRow>
      {status.authorisedAt && (
        <StatusRow name={said.signedIn}>
          <RelativeTime at={status.authorisedAt} />
        </StatusRow>
      )}
      <StatusRow name={said.received}>
        {mailbox.lastMessageReceivedAt ? <RelativeTime at={mailbox.lastMessageReceivedAt} /> : said.never}
      </StatusRow>
      <StatusRow name={said.sent}>
        {status.lastSentAt ? <RelativeTime at={status.lastSentAt} /> : said.never}
      </StatusRow>
      {mailbox.state === 'connected' && (
        <StatusRow name={said.hearing}>
          <NotificationHealth health={mailbox.notificationHealth} />
        </StatusRow>
      )}
      {mailbox.state === 'connected' && (
        <StatusRow name={said.watch}>
          {watch ? (
            <>
              {watch.renewedAt && (
                <div>
                  {said.watchRenewed} <RelativeTime at={watch.renewedAt} />
                </div>
              )}
              <MutedText>{said.watchUntil(formatClockTime(new Date(watch.expiresAt), new Date()))}</MutedText>
            </>
          ) : (
            said.noWatch
          )}
        </StatusRow>
      )}
      <StatusRow name={said.backlog}>
        <div>{backlogText(mailbox, status)}</div>
        <OutgoingSummary mailbox={mailbox} status={status} />
      </StatusRow>
      <StatusRow name={said.allowance}>
        {allowance.limitedUntil ? (
          <span className={styles.warning}>
            {said.limited(formatClockTime(new Date(allowance.limitedUntil), new Date()))}
          </span>
        ) : (
          said.left(allowance.left, allowance.limit)
        )}
        <MutedText>{said.leftHelp}</MutedText>
      </StatusRow>
      {quota && <StatusRow name={said.quota}>{said.quotaUsed(quota.used, quota.perMinute)}</StatusRow>}
      <StatusRow name={said.check}>
        {mailbox.check ? <CompletenessCheck check={mailbox.check} /> : said.notChecked}
      </StatusRow>
    </dl>
  );
}

function backlogText({ state }: Mailbox, { receiving, retryAt, syncedAt }: MailboxLive): string {
  const said = words.mailbox;
  const clock = (at: string) => formatClockTime(new Date(at), new Date());
  if (state === 'disconnected') return said.stopped;
  if (receiving === 'current') return said.current;
  if (receiving === 'waiting' && retryAt) return said.retry(clock(retryAt));
  return syncedAt ? said.behindSince(clock(syncedAt)) : said.behind;
}

function OutgoingSummary({ mailbox, status: { waiting } }: { mailbox: Mailbox; status: MailboxLive }) {
  const said = words.mailbox;
  const lines = [
    waiting.sending > 0 && said.leaving(waiting.sending),
    waiting.held > 0 &&
      (mailbox.state === 'disconnected' ? said.held(waiting.held) : said.heldAsking(waiting.held)),
    waiting.scheduled > 0 && said.scheduled(waiting.scheduled),
  ].filter((line) => line !== false);
  return lines.map((line) => <MutedText key={line}>{line}</MutedText>);
}

function StatusRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function MutedText({ children }: { children: ReactNode }) {
  return <div className={styles.quiet}>{children}</div>;
}
