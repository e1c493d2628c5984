import { TagList } from '../features/tags/tag-list.tsx';
import { words } from '../words/words.ts';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Tags. */
export default function TagsPage() {
  const { instance } = useAppContext();
  return (
    <Page title={words.tags.title}>
      <TagList instanceId={instance.id} isAdmin={instance.role === 'admin'} />
    </Page>
  );
}
