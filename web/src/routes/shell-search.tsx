import { useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SearchBox } from '../features/search/search-box.tsx';

/** The search field of the sidebar; leaving a search returns to the page, or the list, that was shown before it. */
export function ShellSearch({ instanceId, slug }: { instanceId: string; slug: string }) {
  const { pathname } = useLocation();
  const { conversationId } = useParams({ strict: false }) as { conversationId?: string };
  const { q } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const isSearch = `${pathname}/`.startsWith(`/${slug}/search/`);
  const before = useRef(`/${slug}/inbox/open`);
  useEffect(() => {
    if (isSearch) return;
    before.current = conversationId ? pathname.replace(`/${conversationId}`, '') : pathname;
  }, [isSearch, pathname, conversationId]);
  return (
    <SearchBox
      instanceId={instanceId}
      slug={slug}
      query={isSearch ? String(q ?? '') : null}
      onLeave={() => void navigate({ to: before.current })}
    />
  );
}
