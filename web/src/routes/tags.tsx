import { TagList } from '../features/tags/tag-list.tsx';
import { t } from '../locales/messages.ts';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Tags. */
export default function TagsPage() {
  const { instance } = useAppContext();
  return (
    <Page title={t('tags.title')}>
      <TagList instanceId={instance.id} isAdmin={instance.role === 'admin'} />
    </Page>
  );
}
