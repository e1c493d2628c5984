import { Anchor, Breadcrumbs } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../locales/messages.ts';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** A page below Settings, with a link back to it. */
export function SettingsSubpage({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { slug } = useAppContext().instance;
  return (
    <Page title={title} actions={actions}>
      <Breadcrumbs mt={-14} mb="lg" fz="sm" c="var(--text-muted)" aria-label={t('settings.title')}>
        <Anchor fz="sm" renderRoot={(props) => <Link {...props} to="/$slug/settings" params={{ slug }} />}>
          {t('settings.title')}
        </Anchor>
        <span>{title}</span>
      </Breadcrumbs>
      {children}
    </Page>
  );
}
