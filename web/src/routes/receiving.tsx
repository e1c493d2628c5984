import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type ProblemError, type Receiving, unwrapResponse } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { otherAddresses, receiving } from '../api/queries/mailboxes.ts';
import { showSaved } from '../api/show-saved.ts';
import { OtherAddresses } from '../features/receiving/other-addresses.tsx';
import { ReceivingForm } from '../features/receiving/receiving-form.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Receiving, for admins. */
export default function ReceivingPage() {
  const { instance } = useAppContext();
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = useQuery({ ...receiving(instance.id), enabled: instance.role === 'admin' });
  const others = useQuery({ ...otherAddresses(instance.id), enabled: instance.role === 'admin' });
  const goToSettings = () => void navigate({ to: '/$slug/settings', params: { slug: instance.slug } });
  const save = useMutation<{ receiving: Receiving }, ProblemError, Receiving>({
    mutationFn: (body) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/receiving', {
          params: { path: { instanceId: instance.id } },
          body,
        }),
      ),
    onSuccess: async (saved) => {
      await showSaved(client, receiving(instance.id).queryKey, saved);
      notifications.show({ color: 'green', message: t('receiving.saved') });
      goToSettings();
    },
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <SettingsSubpage title={t('receiving.title')} isLoading={query.isPending || others.isPending}>
      {hasFailed(query) ? (
        <ErrorState error={query.error} retry={() => void query.refetch()} />
      ) : (
        query.data && (
          <ReceivingForm
            receiving={query.data.receiving}
            save={save.mutate}
            saving={save.isPending}
            problem={save.error}
            cancel={goToSettings}
          />
        )
      )}
      <OtherAddresses instanceId={instance.id} />
    </SettingsSubpage>
  );
}
