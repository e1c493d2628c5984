import { Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './mailbox-status.module.css';

/** How much of a limit is used; the text beside it says it in numbers. */
export function UsedBar({ label, used, of }: { label: string; used: number; of: number }) {
  const share = Math.min(100, Math.round((100 * used) / Math.max(1, of)));
  return (
    <Progress.Root size="sm" maw={280} my={6}>
      <Progress.Section
        value={share}
        color={share < 80 ? 'var(--accent)' : 'var(--warning)'}
        aria-label={label}
      />
    </Progress.Root>
  );
}

export function MutedText({ children }: { children: ReactNode }) {
  return <div className={styles.quiet}>{children}</div>;
}
