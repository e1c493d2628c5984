import type { ReactNode } from 'react';
import { t } from '../locales/messages.ts';
import { LoadingState } from '../ui/states.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { Page } from './page.tsx';
import { SettingsNav } from './settings-nav.tsx';

/** A page of Settings, beside the navigation of its pages. */
export function SettingsSubpage({
  title,
  actions,
  isLoading = false,
  children,
}: {
  title: string;
  actions?: ReactNode;
  /** While what its parts show is fetched: all appear at once, as one that came later would move those below it. */
  isLoading?: boolean;
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
      {isLoading ? <LoadingState /> : children}
    </Page>
  );
}
