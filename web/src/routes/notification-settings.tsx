import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { hasFailed } from '../api/has-failed.ts';
import { notificationPreferences } from '../api/queries/account.ts';
import { NotificationPreferencesForm } from '../features/notifications/notification-preferences-form.tsx';
import { PushSwitch } from '../features/notifications/push-switch.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Notifications. */
export default function NotificationSettingsPage() {
  const { instance } = useAppContext();
  const query = useQuery(notificationPreferences(instance.id));
  return (
    <SettingsSubpage title={t('notificationSettings.title')}>
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Stack gap="lg" maw={560}>
          <NotificationPreferencesForm instance={instance} preferences={query.data.preferences} />
          <PushSwitch instanceId={instance.id} />
        </Stack>
      )}
    </SettingsSubpage>
  );
}
