import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { InstanceList } from '../features/instances/instance-list.tsx';
import { NewInstanceForm } from '../features/instances/new-instance-form.tsx';
import { t } from '../locales/messages.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Your organizations: switching, and making another. */
export default function OrganizationsPage() {
  const { me, instance } = useAppContext();
  const [creating, setCreating] = useState(false);
  const canCreate = me.instances.some(({ role }) => role === 'admin');
  const createButton = canCreate && !creating && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setCreating(true)}>
      {t('organizations.create')}
    </Button>
  );
  return (
    <SettingsSubpage title={t('organizations.title')} actions={createButton}>
      {creating && <NewInstanceForm onClose={() => setCreating(false)} />}
      <InstanceList instances={me.instances} current={instance.id} />
    </SettingsSubpage>
  );
}
