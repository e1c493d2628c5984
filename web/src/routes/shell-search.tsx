import { useMatches, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { SearchBox } from '../features/search/search-box.tsx';

/** The search field of the sidebar; leaving a search returns to the page, or the list, that was shown before it. */
export function ShellSearch({ instanceId, slug }: { instanceId: string; slug: string }) {
  // Without the open conversation: going from one to another renders nothing here.
  const pathname = useMatches({
    select: (matches) => {
      const { pathname, params } = matches.at(-1)!;
      const { conversationId } = params as { conversationId?: string };
      return conversationId ? pathname.replace(`/${conversationId}`, '') : pathname;
    },
  });
  const query = useSearch({ strict: false, select: ({ q }: { q?: string }) => String(q ?? '') });
  const navigate = useNavigate();
  const isSearch = `${pathname}/`.startsWith(`/${slug}/search/`);
  const before = useRef(`/${slug}/inbox/open`);
  useEffect(() => {
    if (!isSearch) before.current = pathname;
  }, [isSearch, pathname]);
  return (
    <SearchBox
      instanceId={instanceId}
      slug={slug}
      query={isSearch ? query : null}
      onLeave={() => void navigate({ to: before.current })}
    />
  );
}
