import { SegmentedControl, Stack, Text } from '@mantine/core';
import { api, type NotificationPreferences, unwrapResponse } from '../../api/client.ts';
import { notificationPreferences } from '../../api/queries/account.ts';
import { useChangeSettings } from '../../api/use-change-settings.ts';
import { t } from '../../locales/messages.ts';
import { ProblemText } from '../../ui/problem-text.tsx';

/** The user's notification preferences; each change is saved at once. */
export function NotificationPreferencesForm({
  instance,
  preferences,
}: {
  instance: { id: string; role: string };
  preferences: NotificationPreferences;
}) {
  const change = useChangeSettings<
    { preferences: NotificationPreferences },
    Partial<NotificationPreferences>
  >(notificationPreferences(instance.id).queryKey, {
    save: (body) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/notifications/preferences', {
          params: { path: { instanceId: instance.id } },
          body,
        }),
      ),
    apply: (now, changes) => ({ preferences: { ...now.preferences, ...changes } }),
  });
  const kinds = (['assigned', 'unassigned', 'mention', 'mailbox'] as const).filter(
    (kind) => kind !== 'mailbox' || instance.role === 'admin',
  );
  return (
    <Stack gap="lg" maw={560}>
      <Text size="sm" c="var(--text-muted)">
        {t('notificationSettings.about')}
      </Text>
      {kinds.map((kind) => (
        <section key={kind}>
          <Text size="sm" fw={600} mb={6}>
            {t(`notificationSettings.of.${kind}`)}
          </Text>
          <SegmentedControl
            aria-label={t(`notificationSettings.of.${kind}`)}
            value={preferences[kind]}
            onChange={(channel) => change.mutate({ [kind]: channel as NotificationPreferences['mention'] })}
            data={[
              { value: 'none', label: t('notificationSettings.ways.none') },
              { value: 'app', label: t('notificationSettings.ways.app') },
              { value: 'email', label: t('notificationSettings.ways.email') },
            ]}
          />
        </section>
      ))}
      <ProblemText problem={change.error} />
    </Stack>
  );
}
