import type { ReactNode } from 'react';
import type { Mailbox, MailboxLive } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { CompletenessCheck } from './completeness-check.tsx';
import styles from './mailbox-status.module.css';
import { NotificationHealth } from './notification-health.tsx';
import { MutedText, UsedBar } from './used-bar.tsx';

/** The current status of a mailbox. */
export function MailboxStatus({ mailbox, status }: { mailbox: Mailbox; status: MailboxLive }) {
  const { quota, watch } = status;
  return (
    <dl className={styles.facts}>
      <StatusRow name={t('mailbox.connectedSince')}>
        <RelativeTime inWords at={mailbox.connectedAt} />
      </StatusRow>
      {status.authorisedAt && (
        <StatusRow name={t('mailbox.signedIn')}>
          <RelativeTime inWords at={status.authorisedAt} />
        </StatusRow>
      )}
      <StatusRow name={t('mailbox.received')}>
        {mailbox.lastMessageReceivedAt ? (
          <RelativeTime inWords at={mailbox.lastMessageReceivedAt} />
        ) : (
          t('mailbox.never')
        )}
      </StatusRow>
      <StatusRow name={t('mailbox.sent')}>
        {status.lastSentAt ? <RelativeTime inWords at={status.lastSentAt} /> : t('mailbox.never')}
      </StatusRow>
      {mailbox.state !== 'disconnected' && (
        <StatusRow name={t('mailbox.newMail')}>
          <NotificationHealth health={mailbox.notificationHealth} />
          <MutedText>{lookText(status.lookEverySeconds)}</MutedText>
        </StatusRow>
      )}
      {mailbox.state !== 'disconnected' && (
        <StatusRow name={t('mailbox.watch')}>
          {watch ? (
            <>
              {watch.renewedAt && (
                <div>
                  {t('mailbox.watchRenewed')} <RelativeTime inWords at={watch.renewedAt} />
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

/** How often it is looked at without news: in seconds below two minutes, else in minutes. */
function lookText(seconds: number): string {
  if (seconds < 120) return t('mailbox.lookSeconds', { count: seconds });
  return t('mailbox.lookMinutes', { count: Math.round(seconds / 60) });
}

function StatusRow({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
