import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import styles from './page.module.css';

/** A page beside the sidebar: a title, actions, and content that scrolls. */
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
