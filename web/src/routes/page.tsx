import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { markFirstViewRendered } from '../ui/first-view.ts';
import { usePageTitle } from '../ui/page-title.ts';
import { Breadcrumbs, type Place } from './breadcrumbs.tsx';
import styles from './page.module.css';

/** A page beside the sidebar: where it is, a title, actions, and content that scrolls. */
export function Page({
  title,
  places = [],
  side,
  actions,
  children,
}: {
  title: string;
  /** The places above it. */
  places?: Place[];
  /** A navigation of its own. */
  side?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  usePageTitle(title);
  useEffect(markFirstViewRendered, []);
  const page = (
    <main className={styles.page}>
      <div className={styles.inner}>
        {places.length > 0 && <Breadcrumbs places={places} />}
        <div className={styles.head}>
          <Title order={1}>{title}</Title>
          {actions}
        </div>
        {children}
      </div>
    </main>
  );
  // Also without one now: the content must stay the same when the window changes its width.
  if (side === undefined) return page;
  return (
    <div className={styles.withSide}>
      {side}
      {page}
    </div>
  );
}
