import { TagList } from '../features/tags/tag-list.tsx';
import { t } from '../locales/messages.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Tags. */
export default function TagsPage() {
  const { instance } = useAppContext();
  return (
    <SettingsSubpage title={t('tags.title')}>
      <TagList instanceId={instance.id} isAdmin={instance.role === 'admin'} />
    </SettingsSubpage>
  );
}
