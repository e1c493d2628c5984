import type { ReactNode } from 'react';
import { t } from '../locales/messages.ts';
import { useNarrow } from '../ui/use-narrow.ts';
import { Page } from './page.tsx';
import { SettingsNav } from './settings-nav.tsx';

/** A page of Settings, beside the navigation of its pages. */
export function SettingsSubpage({
  title,
  actions,
  children,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const isNarrow = useNarrow();
  return (
    <Page
      title={title}
      actions={actions}
      places={[{ name: t('settings.title'), to: 'settings' }]}
      side={!isNarrow && <SettingsNav />}
    >
      {children}
    </Page>
  );
}
