import { Text } from '@mantine/core';
import { words } from '../../../words/words.ts';
import styles from './google-errors.module.css';

/** Explains errors that Google shows in its own window, from which it does not return here. */
export function GoogleErrors({ open }: { open: boolean }) {
  const { title, says, cases } = words.connect.google;
  return (
    <details className={styles.errors} open={open}>
      <summary>{title}</summary>
      <dl>
        {cases.map(({ said: message, means: meaning, remedy }) => (
          <div key={message} className={styles.error}>
            <dt>
              <Text span size="xs" c="var(--quiet)">
                {says}
              </Text>
              <br />
              {message}
            </dt>
            <dd>
              {meaning} {remedy}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
