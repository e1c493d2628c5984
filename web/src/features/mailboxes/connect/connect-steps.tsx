import { IconCheck } from '@tabler/icons-react';
import { words } from '../../../words/words.ts';
import styles from './connect-steps.module.css';

/** The steps of connecting a mailbox: those done, the current one, and the next. */
export function ConnectSteps({ current }: { current: number }) {
  return (
    <ol className={styles.steps}>
      {words.connect.steps.map((step, index) => (
        <li
          key={step}
          className={index === current ? styles.now : index < current ? styles.behind : undefined}
          aria-current={index === current ? 'step' : undefined}
        >
          <span className={styles.number} aria-hidden>
            {index < current ? <IconCheck size={14} /> : index + 1}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}
