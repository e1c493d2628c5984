import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './page.module.css';

/** A page beside the rail with a title, its actions, and room to scroll. */
export function Page({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <main className={styles.page}>
      <div className={styles.inner}>
        <div className={styles.head}>
          <Title order={1}>{title}</Title>
          {actions}
        </div>
        {children}
      </div>
    </main>
  );
}
