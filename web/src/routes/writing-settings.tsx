import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { savedReplies, writingSettings } from '../api/queries/composer.ts';
import { SavedReplyList } from '../features/composer/settings/saved-reply-list.tsx';
import { WritingSettingsSection } from '../features/composer/settings/writing-settings.tsx';
import { t } from '../locales/messages.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Writing: the user's undo time and signature, and the saved replies of all. */
export default function WritingSettingsPage() {
  const { instance } = useAppContext();
  const queries = [useQuery(writingSettings(instance.id)), useQuery(savedReplies(instance.id))];
  return (
    <SettingsSubpage
      title={t('composer.settings.writing')}
      isLoading={queries.some(({ isPending }) => isPending)}
    >
      <Stack gap="xl">
        <WritingSettingsSection instanceId={instance.id} />
        <SavedReplyList instanceId={instance.id} />
      </Stack>
    </SettingsSubpage>
  );
}
