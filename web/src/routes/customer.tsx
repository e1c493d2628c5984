import { ActionIcon, Menu, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconArrowMerge, IconDots, IconDownload, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { hasFailed } from '../api/has-failed.ts';
import styles from '../features/customer/customer.module.css';
import { CustomerConversations } from '../features/customer/customer-conversations.tsx';
import { CustomerDetails } from '../features/customer/customer-details.tsx';
import { DeleteCustomerDialog, MergeCustomerDialog } from '../features/customer/customer-dialogs.tsx';
import { CustomerNotes } from '../features/customer/customer-notes.tsx';
import { CustomerTimeline } from '../features/customer/customer-timeline.tsx';
import { customer as customerQuery } from '../features/customer/queries.ts';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

const CustomerVolume = lazyPart(() => import('../features/customer/customer-volume.tsx'));

/** The page of a customer: conversations by status, all messages, details, notes, and how much was written. */
export default function CustomerPage() {
  const { instance } = useAppContext();
  const { customerId } = useParams({ strict: false }) as { customerId: string };
  const navigate = useNavigate();
  const query = useQuery(customerQuery(instance.id, customerId));
  const [opened, setOpened] = useState<'merge' | 'delete' | null>(null);
  const { slug } = instance;
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const page = query.data;
  const { name } = page.customer;
  const close = () => setOpened(null);
  return (
    <Page
      title={name}
      places={[{ name: t('customers.title'), to: 'customers' }]}
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="default" size={32} aria-label={t('customers.actions')}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={() => setOpened('merge')}>
              {t('customers.merge')}
            </Menu.Item>
            {instance.role === 'admin' && (
              <>
                <Menu.Item
                  leftSection={<IconDownload size={16} />}
                  component="a"
                  href={`/api/instances/${instance.id}/customers/${customerId}/export.zip`}
                >
                  {t('customers.export')}
                </Menu.Item>
                <Menu.Item
                  color="var(--error)"
                  leftSection={<IconTrash size={16} />}
                  onClick={() => setOpened('delete')}
                >
                  {t('customers.remove')}
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      }
    >
      <div className={styles.columns}>
        <Tabs defaultValue="conversations" keepMounted={false}>
          <Tabs.List mb="sm">
            <Tabs.Tab value="conversations">{t('customers.conversations')}</Tabs.Tab>
            <Tabs.Tab value="messages">{t('customers.timeline')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="conversations">
            <CustomerConversations instanceId={instance.id} slug={slug} customer={page.customer} />
          </Tabs.Panel>
          <Tabs.Panel value="messages">
            <CustomerTimeline instanceId={instance.id} slug={slug} customerId={customerId} />
          </Tabs.Panel>
        </Tabs>
        <div>
          <CustomerDetails key={customerId} instanceId={instance.id} page={page} />
          <CustomerNotes instanceId={instance.id} page={page} />
          <div className={styles.volume}>
            <Suspense fallback={<LoadingState />}>
              <CustomerVolume instanceId={instance.id} customerId={customerId} />
            </Suspense>
          </div>
        </div>
      </div>
      {opened === 'merge' && <MergeCustomerDialog instanceId={instance.id} page={page} onClose={close} />}
      {opened === 'delete' && (
        <DeleteCustomerDialog
          instanceId={instance.id}
          page={page}
          onClose={close}
          onDeleted={() => {
            notifications.show({ color: 'green', message: t('customers.removed', { name }) });
            void navigate({ to: '/$slug/customers', params: { slug } });
          }}
        />
      )}
    </Page>
  );
}
