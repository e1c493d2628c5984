import { Button, Group, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { contentSettings } from '../api/queries/messages.ts';
import { retention } from '../api/queries/retention.ts';
import { showSaved } from '../api/show-saved.ts';
import { RetentionForm } from '../features/retention/retention-form.tsx';
import { t } from '../locales/messages.ts';
import { ProblemText } from '../ui/problem-text.tsx';
import { ErrorState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Content, for admins: what is removed from messages before they are stored, and after which time (M1). */
export default function ContentPage() {
  const { instance } = useAppContext();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<boolean | null>(null);
  const query = useQuery({ ...contentSettings(instance.id), enabled: instance.role === 'admin' });
  const kept = useQuery({ ...retention(instance.id), enabled: instance.role === 'admin' });
  const save = useMutation<{ content: { redactCards: boolean } }, ProblemError, boolean>({
    mutationFn: (redactCards) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/content-settings', {
          params: { path: { instanceId: instance.id } },
          body: { redactCards },
        }),
      ),
    onSuccess: async (saved) => {
      await showSaved(client, contentSettings(instance.id).queryKey, saved);
      notifications.show({ color: 'green', message: t('redaction.settings.saved') });
    },
  });
  const saved = query.data?.content.redactCards ?? false;
  const redactCards = chosen ?? saved;
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <SettingsSubpage title={t('redaction.settings.title')} isLoading={query.isPending || kept.isPending}>
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(redactCards);
          }}
        >
          <Switch
            maw={560}
            checked={redactCards}
            onChange={({ currentTarget: { checked } }) => setChosen(checked)}
            label={t('redaction.settings.cards')}
            description={t('redaction.settings.cardsHelp')}
          />
          <ProblemText problem={save.error} mt="sm" />
          <Group mt="lg">
            <Button type="submit" loading={save.isPending} disabled={redactCards === saved}>
              {t('redaction.settings.save')}
            </Button>
          </Group>
        </form>
      )}
      {hasFailed(kept) ? (
        <ErrorState error={kept.error} retry={() => void kept.refetch()} />
      ) : (
        kept.data && <RetentionForm instanceId={instance.id} saved={kept.data.retention} />
      )}
    </SettingsSubpage>
  );
}
