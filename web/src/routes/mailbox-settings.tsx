import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { answer, api, type Problem } from '../api/client.ts';
import { mailboxes } from '../api/queries.ts';
import type { Settings } from '../features/mailboxes/settings.ts';
import { SettingsForm } from '../features/mailboxes/settings-form.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { words } from '../words/words.ts';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { usePlace } from './shell.tsx';

/** The settings of one address (C7). */
export default function MailboxSettingsPage() {
  const { instance } = usePlace();
  const { mailboxId } = useParams({ strict: false }) as { mailboxId: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const query = useQuery({ ...mailboxes(instance.id), enabled: instance.role === 'admin' });
  const leave = () => void navigate({ to: '/$slug/apps/email', params: { slug: instance.slug } });
  const save = useMutation<unknown, Problem, Settings>({
    mutationFn: (body) =>
      answer(
        api.PATCH('/api/instances/{instanceId}/mailboxes/{mailboxId}', {
          params: { path: { instanceId: instance.id, mailboxId } },
          body,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instance.id, 'mailboxes'] });
      notifications.show({ color: 'green', message: words.email.saved });
      leave();
    },
  });
  if (instance.role !== 'admin') return <NotFoundPage />;
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const mailbox = query.data.mailboxes.find(({ id }) => id === mailboxId);
  if (!mailbox) return <NotFoundPage />;
  const { displayName, templateId, dynamicAliasName, threading } = mailbox;
  return (
    <Page title={mailbox.address}>
      <SettingsForm
        instanceId={instance.id}
        address={mailbox.address}
        settings={{ displayName, templateId, dynamicAliasName, threading }}
        save={save.mutate}
        saving={save.isPending}
        problem={save.error}
        cancel={leave}
      />
    </Page>
  );
}
