import { IconCheck } from '@tabler/icons-react';
import { words } from '../../../words/words.ts';
import styles from './connect-steps.module.css';

/** How far connecting has come: where one is, what is behind, what is to come. */
export function Steps({ at }: { at: number }) {
  return (
    <ol className={styles.steps}>
      {words.connect.steps.map((step, index) => (
        <li
          key={step}
          className={index === at ? styles.now : index < at ? styles.behind : undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className={styles.number} aria-hidden>
            {index < at ? <IconCheck size={14} /> : index + 1}
          </span>
          {step}
        </li>
      ))}
    </ol>
  );
}
