import { Button, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { signInRequirement } from '../api/queries/account.ts';
import { DeleteInstanceDialog } from '../features/instances/delete-instance-dialog.tsx';
import { RenameInstanceForm } from '../features/instances/rename-instance-form.tsx';
import { SignInRequirementSection } from '../features/instances/sign-in-requirement-form.tsx';
import { t } from '../locales/messages.ts';
import { NotFoundPage } from './not-found.tsx';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > General, for admins: renames or deletes the organization. */
export default function GeneralSettingsPage() {
  const { instance } = useAppContext();
  const [deleting, setDeleting] = useState(false);
  const { isPending } = useQuery({ ...signInRequirement(instance.id), enabled: instance.role === 'admin' });
  if (instance.role !== 'admin') return <NotFoundPage />;
  return (
    <SettingsSubpage title={t('organizations.general')} isLoading={isPending}>
      <Stack gap={36} maw={480}>
        <RenameInstanceForm instance={instance} />
        <SignInRequirementSection instanceId={instance.id} />
        <section aria-label={t('organizations.delete.heading')}>
          <Title order={2} mb="xs">
            {t('organizations.delete.heading')}
          </Title>
          <Text mb="md">{t('organizations.delete.text')}</Text>
          <Button variant="outline" color="red" c="var(--error)" onClick={() => setDeleting(true)}>
            {t('organizations.delete.open')}
          </Button>
        </section>
      </Stack>
      {deleting && <DeleteInstanceDialog instance={instance} onClose={() => setDeleting(false)} />}
    </SettingsSubpage>
  );
}
