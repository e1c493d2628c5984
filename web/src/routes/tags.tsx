import { TagList } from '../features/tags/tag-list.tsx';
import { words } from '../words/words.ts';
import { Page } from './page.tsx';
import { usePlace } from './shell.tsx';

/** Settings > Tags. */
export default function TagsPage() {
  const { instance } = usePlace();
  return (
    <Page title={words.tags.title}>
      <TagList instanceId={instance.id} isAdmin={instance.role === 'admin'} />
    </Page>
  );
}
