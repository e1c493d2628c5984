import { IconCheck } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import styles from './connect-steps.module.css';

/** The steps of connecting a mailbox: those done, the current one, and the next. */
export function ConnectSteps({ current }: { current: number }) {
  return (
    <ol className={styles.steps}>
      {(['signIn', 'settings', 'done'] as const).map((step, index) => (
        <li
          key={step}
          className={index === current ? styles.current : index < current ? styles.done : undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <span className={styles.number} aria-hidden>
            {index < current ? <IconCheck size={14} /> : index + 1}
          </span>
          {t(`connect.steps.${step}`)}
        </li>
      ))}
    </ol>
  );
}
