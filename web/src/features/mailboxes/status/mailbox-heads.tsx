import type { ReactNode } from 'react';
import type { Mailbox, MailboxLive } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import styles from './mailbox-status.module.css';
import { MutedText, UsedBar } from './used-bar.tsx';

const stateColors = { connected: styles.good, trouble: styles.warning, disconnected: styles.bad };

/** What matters first about a mailbox: its state, what is still to be read and sent, and what it may still send. */
export function MailboxHeads({ mailbox, status }: { mailbox: Mailbox; status: MailboxLive }) {
  const { allowance } = status;
  return (
    <dl className={styles.heads}>
      <Head name={t('mailbox.stateName')}>
        <strong className={stateColors[mailbox.state]}>
          {mailbox.state === 'connected'
            ? t('email.connected')
            : mailbox.state === 'trouble'
              ? t('views.trouble')
              : t('views.disconnected')}
        </strong>
      </Head>
      <Head name={t('mailbox.backlog')}>
        <div>{backlogText(mailbox, status)}</div>
        <OutgoingSummary mailbox={mailbox} status={status} />
      </Head>
      <Head name={t('mailbox.allowance')}>
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
      </Head>
    </dl>
  );
}

function Head({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={styles.head}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
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
