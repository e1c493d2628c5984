import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type OpeningHours, type ProblemError, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { openingHours } from '../api/queries/reports.ts';
import { showSaved } from '../api/show-saved.ts';
import { OpeningHoursForm } from '../features/reports/opening-hours-form.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Opening hours, for admins. */
export default function OpeningHoursPage() {
  const { instance } = useAppContext();
  const client = useQueryClient();
  const query = useQuery({ ...openingHours(instance.id), enabled: instance.role === 'admin' });
  const save = useMutation<{ openingHours: OpeningHours | null }, ProblemError, OpeningHours>({
    mutationFn: (body) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/opening-hours', {
          params: { path: { instanceId: instance.id } },
          body,
        }),
      ),
    onSuccess: async (saved) => {
      await showSaved(client, openingHours(instance.id).queryKey, saved);
      void client.invalidateQueries({ queryKey: [instance.id, 'reports'] });
      notifications.show({ color: 'green', message: t('openingHours.saved') });
    },
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <SettingsSubpage title={t('openingHours.title')}>
      {query.isPending ? (
        <LoadingState />
      ) : hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        <OpeningHoursForm
          hours={query.data.openingHours}
          save={(hours, onSuccess) => save.mutate(hours, { onSuccess })}
          saving={save.isPending}
          problem={save.error}
        />
      )}
    </SettingsSubpage>
  );
}
