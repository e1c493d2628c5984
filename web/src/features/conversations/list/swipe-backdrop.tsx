import { IconCheck, IconClock, IconRotate } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import styles from './swipe.module.css';
import type { Swipe } from './use-swipe.ts';

/** What is behind a row that is swiped. Nothing to read for screen readers: a finger is on it. */
export function SwipeBackdrop({ swipe: { action, armed }, isDone }: { swipe: Swipe; isDone: boolean }) {
  const Icon = action === 'snooze' ? IconClock : isDone ? IconRotate : IconCheck;
  const name = action === 'snooze' ? 'snooze' : isDone ? 'reopen' : 'done';
  return (
    <div className={styles.backdrop} data-action={action} data-armed={armed} aria-hidden>
      <Icon size={20} />
      <span>{t(`selection.${name}`)}</span>
    </div>
  );
}
