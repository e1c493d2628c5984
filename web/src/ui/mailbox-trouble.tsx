import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { viewCounts } from '../api/queries/conversation-lists.ts';
import { t } from '../locales/messages.ts';
import { textOf } from '../locales/problem.ts';
import { formatClockTime } from './format-short-time.ts';
import styles from './mailbox-bar.module.css';

/** What Postroom does about an outage: when it tries again, as far as that is known. */
export function retryText(retryAt: string | null): string {
  const at = retryAt && new Date(retryAt);
  return at && at > new Date()
    ? t('trouble.retryAt', { when: formatClockTime(at, new Date()) })
    : t('trouble.retries');
}

/** A quiet banner while Google refuses a mailbox or cannot be reached (C2): what it says, and what Postroom does. */
export function TroubleBanner({ instanceId, mailboxId }: { instanceId: string; mailboxId: string }) {
  const { data } = useQuery(viewCounts(instanceId));
  const mailbox = data?.mailboxes.find((one) => one.mailboxId === mailboxId);
  if (!mailbox?.trouble) return null;
  const { since, retryAt } = mailbox.trouble;
  return (
    <div className={styles.bar} data-kind="trouble" role="status">
      <IconAlertTriangle size={14} aria-hidden />
      <span>
        {t('trouble.banner', {
          address: mailbox.address,
          when: formatClockTime(new Date(since), new Date()),
        })}{' '}
        {textOf(mailbox.trouble).title} {retryText(retryAt)}
      </span>
    </div>
  );
}
