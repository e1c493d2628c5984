import { Button, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, type ProblemError, type Retention, unwrapResponse } from '../../api/client.ts';
import { retention, retentionPreview } from '../../api/queries/retention.ts';
import { showSaved } from '../../api/show-saved.ts';
import { t } from '../../locales/messages.ts';
import { formatDate } from '../../ui/format.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { RequiredNumberInput } from '../../ui/required-number-input.tsx';

/** The number of days proposed when the user switches it on. */
const defaultDays = 365;

/** How long done conversations are kept; what would be deleted is shown before it is saved. */
export function RetentionForm({ instanceId, saved }: { instanceId: string; saved: Retention }) {
  const client = useQueryClient();
  const [edited, setEdited] = useState<{ isOn: boolean; days: number | string } | null>(null);
  const { isOn, days } = edited ?? { isOn: saved.days !== null, days: saved.days ?? defaultDays };
  const chosen = isOn ? Number(days) : null;
  const save = useMutation<{ retention: Retention }, ProblemError, Retention>({
    mutationFn: (body) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/retention', { params: { path: { instanceId } }, body }),
      ),
    onSuccess: async (answer) => {
      await showSaved(client, retention(instanceId).queryKey, answer);
      notifications.show({ color: 'green', message: t('retention.saved') });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What was changed since stays as it is.
    save.mutate({ days: chosen }, { onSuccess: () => setEdited((now) => (now === edited ? null : now)) });
  };
  return (
    <form onSubmit={submit} style={{ maxWidth: 560 }}>
      <Stack gap="md" mt="xl">
        <Title order={2}>{t('retention.title')}</Title>
        <Switch
          checked={isOn}
          onChange={(event) => setEdited({ isOn: event.currentTarget.checked, days })}
          label={t('retention.label')}
          description={t('retention.help')}
        />
        {isOn && (
          <RequiredNumberInput
            label={t('retention.days')}
            value={days}
            onChange={(value) => setEdited({ isOn, days: value })}
            min={1}
            max={36_500}
            maw={240}
          />
        )}
        {chosen !== null && chosen >= 1 && <Preview instanceId={instanceId} days={chosen} />}
        <ProblemText problem={save.error} />
        <Group>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={chosen === saved.days}
            color={chosen === null ? undefined : 'red'}
          >
            {chosen === null ? t('retention.keep') : t('retention.delete')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Preview({ instanceId, days }: { instanceId: string; days: number }) {
  const query = useQuery({ ...retentionPreview(instanceId, days), placeholderData: keepPreviousData });
  if (!query.data) return null;
  const { conversations, messages, examples } = query.data;
  if (conversations === 0) return <Text role="status">{t('retention.nothing')}</Text>;
  return (
    <div role="status">
      <Text fw={500}>{t('retention.would', { conversations, messages })}</Text>
      <ul>
        {examples.map(({ id, subject, doneAt }) => (
          <li key={id}>
            <Text size="sm">
              {t('retention.example', {
                subject: subject || t('list.noSubject'),
                when: formatDate(new Date(doneAt), { dateStyle: 'medium' }),
              })}
            </Text>
          </li>
        ))}
      </ul>
    </div>
  );
}
