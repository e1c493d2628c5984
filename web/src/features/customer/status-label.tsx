import { IconCircle, IconCircleCheck, IconClockHour4 } from '@tabler/icons-react';
import { t } from '../../locales/messages.ts';
import styles from './customer.module.css';
import type { ConversationStatus } from './queries.ts';

const icons = { open: IconCircle, snoozed: IconClockHour4, done: IconCircleCheck };

/** The status of a conversation, as an icon and a word. */
export function StatusLabel({ status }: { status: ConversationStatus }) {
  const Icon = icons[status];
  return (
    <span className={styles.status}>
      <Icon size={14} aria-hidden /> {t(`customers.status.${status}`)}
    </span>
  );
}
