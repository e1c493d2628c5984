import { CustomerList } from '../features/customer/customer-list.tsx';
import { t } from '../locales/messages.ts';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** The list of customers. */
export default function CustomersPage() {
  const { instance } = useAppContext();
  return (
    <Page title={t('customers.title')}>
      <CustomerList instanceId={instance.id} slug={instance.slug} />
    </Page>
  );
}
