import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { InstanceList } from '../features/instances/instance-list.tsx';
import { NewInstanceForm } from '../features/instances/new-instance-form.tsx';
import { words } from '../words/words.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { usePlace } from './shell.tsx';

/** Settings > Your inboxes: switching, and making another. */
export default function InboxesPage() {
  const { me, instance } = usePlace();
  const [making, setMaking] = useState(false);
  const may = me.instances.some(({ role }) => role === 'admin');
  const make = may && !making && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
      {words.instances.create}
    </Button>
  );
  return (
    <SettingsSubpage title={words.instances.title} actions={make}>
      {making && <NewInstanceForm onClose={() => setMaking(false)} />}
      <InstanceList instances={me.instances} current={instance.id} />
    </SettingsSubpage>
  );
}
