import { IconCheck } from '@tabler/icons-react';
import { t } from '../../../locales/messages.ts';
import styles from './connect-steps.module.css';

/** How far connecting has come: where one is, what is behind, what is to come. */
export function ConnectSteps({ current }: { current: number }) {
  return (
    <ol className={styles.steps}>
      {(['signIn', 'settings', 'done'] as const).map((step, index) => (
        <li
          key={step}
          className={index === current ? styles.now : index < current ? styles.behind : undefined}
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
