import { IconMailPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Suspense, startTransition, useCallback, useEffect, useMemo, useState } from 'react';
import { filters, type View, viewCounts, views } from '../api/queries/conversation-lists.ts';
import { ConversationList } from '../features/conversations/list/conversation-list.tsx';
import { ListHeader, useListName } from '../features/conversations/list/list-header.tsx';
import type { ListRoute } from '../features/conversations/list/list-route.ts';
import { useListKeys } from '../features/conversations/list/use-list-keys.ts';
import { useOpenedFilter } from '../features/conversations/list/use-opened-filter.ts';
import { useRowActions } from '../features/conversations/list/use-row-actions.ts';
import { useSelection } from '../features/conversations/list/use-selection.ts';
import { ViewsNav } from '../features/conversations/list/views-nav.tsx';
import { UnreadableNotice } from '../features/conversations/unreadable/unreadable-notice.tsx';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { afterFirstView } from '../ui/first-view.ts';
import { TroubleBanner } from '../ui/mailbox-trouble.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import { EmptyState, LoadingState } from '../ui/states.tsx';
import { useNarrow } from '../ui/use-narrow.ts';
import { whenIdle } from '../ui/when-idle.ts';
import { ConversationPanes, loadPane } from './conversation-panes.tsx';
import styles from './inbox.module.css';
import { NotFoundPage } from './not-found.tsx';
import { useAppContext } from './shell.tsx';
import { ShellSearch } from './shell-search.tsx';

const BulkActionsBar = lazyPart(() => import('../features/conversations/list/bulk-actions-bar.tsx'));
const SavedFilterBar = lazyPart(() => import('../features/conversations/list/saved-filter-bar.tsx'));

type RouteParams = { view?: string; mailboxId?: string; filterId?: string; conversationId?: string };

/** The inbox: the views and their list, and the selected conversation beside them. */
export function InboxPage() {
  const { me, instance } = useAppContext();
  const { params, filter, current, showChangedFilter, filtersLoaded, listRoute } = useListRoute();
  const { conversationId } = params;
  const { view } = listRoute;
  const selection = useSelection(instance.id, JSON.stringify(listRoute));
  const cursor = useListKeys(instance.id, listRoute, conversationId, selection);
  const rowId = conversationId ? null : cursor;
  const rowActions = useRowActions(instance.id, me.user.id, { listRoute, rowId, selection });
  const [preparedId, setPreparedId] = useState<string>();
  // In steps, between which the page reacts to the pointer and the keys.
  const prepare = useCallback((id: string | undefined) => startTransition(() => setPreparedId(id)), []);
  const isNarrow = useNarrow();
  const listName = useListName(instance.id, listRoute, (current ?? filter)?.name);
  usePageTitle(conversationId ? null : listName.name);
  usePreloadedParts();
  const counts = useQuery(viewCounts(instance.id));
  if (!views.includes(view)) return <NotFoundPage />;
  const hasNoMailboxes = counts.data?.mailboxes.length === 0 && instance.role === 'admin';
  return (
    <main className={`${styles.inbox} ${conversationId ? styles.open : ''}`}>
      <div className={styles.listColumn}>
        {isNarrow && (
          <>
            <ShellSearch instanceId={instance.id} slug={instance.slug} />
            <ViewsNav instanceId={instance.id} slug={instance.slug} />
          </>
        )}
        {!isNarrow && <ListHeader {...listName} />}
        {filter && current && (
          <Suspense>
            <SavedFilterBar
              instanceId={instance.id}
              slug={instance.slug}
              filter={current}
              query={filter.query}
              showChanged={showChangedFilter}
              isAdmin={instance.role === 'admin'}
            />
          </Suspense>
        )}
        {selection.ids.size > 0 && (
          <Suspense>
            <BulkActionsBar
              instanceId={instance.id}
              userId={me.user.id}
              listRoute={listRoute}
              selection={selection}
              menu={rowActions.menu}
            />
          </Suspense>
        )}
        {params.mailboxId && <TroubleBanner instanceId={instance.id} mailboxId={params.mailboxId} />}
        <UnreadableNotice instanceId={instance.id} slug={instance.slug} mailboxId={params.mailboxId} />
        <div className={styles.list}>
          {hasNoMailboxes ? (
            <ConnectFirstMailbox slug={instance.slug} />
          ) : params.filterId && !filter ? (
            filtersLoaded ? (
              <EmptyState title={t('filters.gone')} text={t('filters.goneText')} />
            ) : (
              <LoadingState lines={6} />
            )
          ) : (
            <ConversationList
              key={JSON.stringify({ view, ...params, conversationId: null, filter: filter?.query })}
              instanceId={instance.id}
              listRoute={listRoute}
              activeId={conversationId}
              cursorId={rowId}
              selection={selection}
              onSwipe={rowActions.onSwipe}
              onPrepare={prepare}
            />
          )}
        </div>
      </div>
      <ConversationPanes
        instanceId={instance.id}
        user={me.user}
        listRoute={listRoute}
        conversationId={conversationId}
        preparedId={preparedId}
      />
    </main>
  );
}

function ConnectFirstMailbox({ slug }: { slug: string }) {
  return (
    <EmptyState icon={IconMailPlus} title={t('email.first.title')} text={t('email.first.text')}>
      <Link to="/$slug/apps/email" params={{ slug }} style={{ color: 'var(--accent)' }}>
        {t('email.title')}
      </Link>
    </EmptyState>
  );
}

/**
 * Loads the code of what a click in the list shows, once the list is shown: the first conversation, and the bar of selected
 * ones, which moves the rows of a short list when it comes.
 */
function usePreloadedParts(): void {
  useEffect(() => {
    void afterFirstView(async () =>
      whenIdle(() => void Promise.allSettled([loadPane(), BulkActionsBar.preload()])),
    );
  }, []);
}

/** The list of the current route, and the saved filter it shows. */
function useListRoute() {
  const { instance } = useAppContext();
  const params = useParams({ strict: false }) as RouteParams;
  const { q } = useSearch({ strict: false }) as { q?: string };
  const filtersQuery = useQuery({ ...filters(instance.id), enabled: params.filterId !== undefined });
  const current = filtersQuery.data?.filters.find(({ id }) => id === params.filterId);
  const { opened: filter, showChanged: showChangedFilter } = useOpenedFilter(params.filterId, current);
  const { view = 'open', mailboxId, filterId } = params;
  const query = q === undefined ? filterId && (filter?.query ?? '') : String(q);
  // The same object while the list is the same: what is rendered for it is not rendered again.
  const listRoute = useMemo(
    (): ListRoute => ({
      slug: instance.slug,
      view: view as View,
      ...(mailboxId && { mailboxId }),
      ...(filterId && { filterId }),
      ...(query !== undefined && { query }),
    }),
    [instance.slug, view, mailboxId, filterId, query],
  );
  return { params, filter, current, showChangedFilter, filtersLoaded: filtersQuery.isSuccess, listRoute };
}
