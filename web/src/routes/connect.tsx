import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ConnectMailbox } from '../features/mailboxes/connect/connect-mailbox.tsx';
import { t } from '../locales/messages.ts';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Add Email Address > Gmail, in three steps (C3, C7). */
export default function ConnectPage() {
  const { me, instance } = useAppContext();
  const { connectionId } = useParams({ strict: false }) as { connectionId?: string };
  const { mailbox } = useSearch({ strict: false }) as { mailbox?: string };
  const navigate = useNavigate();
  const { slug } = instance;
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <Page
      title={mailbox ? t('connect.reconnectTitle') : t('connect.title')}
      places={[
        { name: t('email.apps'), to: 'apps/email' },
        { name: t('email.nav'), to: 'apps/email' },
      ]}
    >
      <ConnectMailbox
        instanceId={instance.id}
        usesSimulator={me.simulator !== null}
        connectionId={connectionId}
        mailboxId={mailbox}
        onStarted={(id) =>
          void navigate({
            to: '/$slug/apps/email/connect/$connectionId',
            params: { slug, connectionId: id },
            search: mailbox ? ({ mailbox } as never) : undefined,
            replace: true,
          })
        }
        onSaved={(id) =>
          void navigate({ to: '/$slug/apps/email', params: { slug }, search: { connected: id } as never })
        }
        onCancel={() => void navigate({ to: '/$slug/apps/email', params: { slug } })}
      />
    </Page>
  );
}
