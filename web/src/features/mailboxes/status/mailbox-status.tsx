import { Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Mailbox, MailboxLive } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { CompletenessCheck } from './completeness-check.tsx';
import styles from './mailbox-status.module.css';
import { NotificationHealth } from './notification-health.tsx';

/** The current status of a mailbox. */
export function MailboxStatus({ mailbox, status }: { mailbox: Mailbox; status: MailboxLive }) {
  const { allowance, quota, watch } = status;
  return (
    <dl className={styles.facts}>
      <StatusRow name={t('mailbox.connectedSince')}>
        <RelativeTime at={mailbox.connectedAt} />
      </StatusRow>
      {status.authorisedAt && (
        <StatusRow name={t('mailbox.signedIn')}>
          <RelativeTime at={status.authorisedAt} />
        </StatusRow>
      )}
      <StatusRow name={t('mailbox.received')}>
        {mailbox.lastMessageReceivedAt ? (
          <RelativeTime at={mailbox.lastMessageReceivedAt} />
        ) : (
          t('mailbox.never')
        )}
      </StatusRow>
      <StatusRow name={t('mailbox.sent')}>
        {status.lastSentAt ? <RelativeTime at={status.lastSentAt} /> : t('mailbox.never')}
      </StatusRow>
      {mailbox.state !== 'disconnected' && (
        <StatusRow name={t('mailbox.newMail')}>
          <NotificationHealth health={mailbox.notificationHealth} />
        </StatusRow>
      )}
      {mailbox.state !== 'disconnected' && (
        <StatusRow name={t('mailbox.watch')}>
          {watch ? (
            <>
              {watch.renewedAt && (
                <div>
                  {t('mailbox.watchRenewed')} <RelativeTime at={watch.renewedAt} />
                </div>
              )}
              <MutedText>
                {t('mailbox.watchUntil', { when: formatClockTime(new Date(watch.expiresAt), new Date()) })}
              </MutedText>
            </>
          ) : (
            t('mailbox.noWatch')
          )}
        </StatusRow>
      )}
      <StatusRow name={t('mailbox.backlog')}>
        <div>{backlogText(mailbox, status)}</div>
        <OutgoingSummary mailbox={mailbox} status={status} />
      </StatusRow>
      <StatusRow name={t('mailbox.allowance')}>
        {allowance.limitedUntil ? (
          <span className={styles.warning}>
            {t('mailbox.limited', { until: formatClockTime(new Date(allowance.limitedUntil), new Date()) })}
          </span>
        ) : (
          t('mailbox.remaining', { remaining: allowance.remaining, limit: allowance.limit })
        )}
        <UsedBar
          label={t('mailbox.allowance')}
          used={allowance.limit - allowance.remaining}
          of={allowance.limit}
        />
        <MutedText>{t('mailbox.leftHelp')}</MutedText>
      </StatusRow>
      {quota && (
        <StatusRow name={t('mailbox.quota')}>
          {t('mailbox.quotaUsed', { used: quota.used, of: quota.perMinute })}
          <UsedBar label={t('mailbox.quota')} used={quota.used} of={quota.perMinute} />
        </StatusRow>
      )}
      <StatusRow name={t('mailbox.check')}>
        {mailbox.check ? <CompletenessCheck check={mailbox.check} /> : t('mailbox.notChecked')}
      </StatusRow>
    </dl>
  );
}

function backlogText({ state }: Mailbox, { receiving, retryAt, syncedAt }: MailboxLive): string {
  const clock = (at: string) => formatClockTime(new Date(at), new Date());
  if (state === 'disconnected') return t('mailbox.stopped');
  if (receiving === 'current') return t('mailbox.current');
  if (receiving === 'waiting' && retryAt) return t('mailbox.retry', { when: clock(retryAt) });
  return syncedAt ? t('mailbox.delayedSince', { when: clock(syncedAt) }) : t('mailbox.delayed');
}

function OutgoingSummary({
  mailbox,
  status: { pendingDeliveries },
}: {
  mailbox: Mailbox;
  status: MailboxLive;
}) {
  const lines = [
    pendingDeliveries.sending > 0 && t('mailbox.leaving', { count: pendingDeliveries.sending }),
    pendingDeliveries.held > 0 &&
      (mailbox.state === 'disconnected'
        ? t('mailbox.held', { count: pendingDeliveries.held })
        : t('mailbox.heldAsking', { count: pendingDeliveries.held })),
    pendingDeliveries.scheduled > 0 && t('mailbox.scheduled', { count: pendingDeliveries.scheduled }),
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

/** How much of a limit is used; the text beside it says it in numbers. */
function UsedBar({ label, used, of }: { label: string; used: number; of: number }) {
  const share = Math.min(100, Math.round((100 * used) / Math.max(1, of)));
  return (
    <Progress.Root size="sm" maw={280} my={6}>
      <Progress.Section
        value={share}
        color={share < 80 ? 'var(--accent)' : 'var(--warning)'}
        aria-label={label}
      />
    </Progress.Root>
  );
}

function MutedText({ children }: { children: ReactNode }) {
  return <div className={styles.quiet}>{children}</div>;
}
