import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { hasFailed } from '../api/has-failed.ts';
import { mailboxes } from '../api/queries/mailboxes.ts';
import { MailboxPage } from '../features/mailboxes/mailbox-page.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Apps > Email > one mailbox (C2, C7, C10). */
export default function MailboxSettingsPage() {
  const { instance } = useAppContext();
  const { mailboxId } = useParams({ strict: false }) as { mailboxId: string };
  const navigate = useNavigate();
  const query = useQuery({ ...mailboxes(instance.id), enabled: instance.role === 'admin' });
  const { slug } = instance;
  if (instance.role !== 'admin') return <NotFoundPage />;
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const mailbox = query.data.mailboxes.find(({ id }) => id === mailboxId);
  if (!mailbox) return <NotFoundPage />;
  return (
    <Page
      title={mailbox.address}
      places={[
        { name: t('email.apps'), to: 'apps/email' },
        { name: t('email.nav'), to: 'apps/email' },
      ]}
    >
      <MailboxPage
        instanceId={instance.id}
        slug={slug}
        mailboxId={mailboxId}
        onDeleted={() => void navigate({ to: '/$slug/apps/email', params: { slug } })}
      />
    </Page>
  );
}
