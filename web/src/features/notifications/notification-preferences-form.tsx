import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, type NotificationPreferences, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { notificationPreferences } from '../../api/queries.ts';
import { words } from '../../words/words.ts';

/** The user's notification preferences; each change is saved at once. */
export function NotificationPreferencesForm({
  instance,
  choices,
}: {
  instance: { id: string; role: string };
  choices: NotificationPreferences;
}) {
  const client = useQueryClient();
  const { queryKey } = notificationPreferences(instance.id);
  const change = useMutation<
    { choices: NotificationPreferences },
    ProblemError,
    Partial<NotificationPreferences>
  >({
    mutationFn: (body) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/notifications/choices', {
          params: { path: { instanceId: instance.id } },
          body,
        }),
      ),
    onMutate: (changes) =>
      client.setQueryData(queryKey, (now) => now && { choices: { ...now.choices, ...changes } }),
    onSettled: () => void client.invalidateQueries({ queryKey }),
  });
  const { ways: channels, of } = words.notices;
  const kinds = (Object.keys(of) as Array<keyof NotificationPreferences>).filter(
    (kind) => kind !== 'mailbox' || instance.role === 'admin',
  );
  return (
    <Stack gap="lg" maw={560}>
      <Text size="sm" c="var(--quiet)">
        {words.notices.about}
      </Text>
      {kinds.map((kind) => (
        <section key={kind}>
          <Text size="sm" fw={600} mb={6}>
            {of[kind]}
          </Text>
          <SegmentedControl
            aria-label={of[kind]}
            value={choices[kind]}
            onChange={(channel) => change.mutate({ [kind]: channel as NotificationPreferences['mention'] })}
            data={[
              { value: 'none', label: channels.none },
              { value: 'here', label: channels.here },
              { value: 'mail', label: channels.mail },
            ]}
          />
        </section>
      ))}
      {change.error && (
        <Text c="var(--red)" role="alert">
          <b>{change.error.message}</b> {change.error.remedy}
        </Text>
      )}
    </Stack>
  );
}
