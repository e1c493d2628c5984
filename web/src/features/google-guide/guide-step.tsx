import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { GoogleCheck } from '../../api/client.ts';
import { CheckList } from './check-list.tsx';
import styles from './google-guide.module.css';

/** A step: instructions, values to enter, and check results. */
export function GuideStep({
  number,
  mark,
  title,
  lines,
  checks,
  children,
}: {
  number: number;
  mark: string;
  title: string;
  lines: string[];
  checks: GoogleCheck[];
  children?: ReactNode;
}) {
  return (
    <li className={styles.step}>
      <span className={styles.number} aria-hidden>
        {number}
      </span>
      <div className={styles.body}>
        <Title order={2}>
          {title}&ensp;<small className={styles.mark}>{mark}</small>
        </Title>
        {lines.map((line) => (
          <Text key={line} mt={4}>
            {line}
          </Text>
        ))}
        {children}
        <CheckList checks={checks} />
      </div>
    </li>
  );
}
