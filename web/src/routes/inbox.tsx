import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { answer, api } from '../api/client.ts';
import { conversations, type View, viewCounts, views } from '../api/queries.ts';
import { ConversationList, conversationLink, type ListPlace } from '../features/conversations/list.tsx';
import { ViewsNav } from '../features/conversations/views-nav.tsx';
import { Empty } from '../ui/states.tsx';
import { useKeys } from '../ui/use-keys.ts';
import { words } from '../words/words.ts';
import { ConversationPane } from './conversation.tsx';
import styles from './inbox.module.css';
import { NotFoundPage } from './not-found.tsx';
import { usePlace } from './shell.tsx';

/** The inbox: views and their list, and the chosen conversation beside them. */
export function InboxPage() {
  const { me, instance } = usePlace();
  const params = useParams({ strict: false }) as {
    view?: string;
    mailboxId?: string;
    conversationId?: string;
  };
  const view = (params.view ?? 'open') as View;
  const place: ListPlace = {
    slug: instance.slug,
    view,
    ...(params.mailboxId && { mailboxId: params.mailboxId }),
  };
  useMarkRead(instance.id, params.conversationId);
  useListKeys(instance.id, place, params.conversationId);
  const counts = useQuery(viewCounts(instance.id));
  if (!views.includes(view)) return <NotFoundPage />;
  const unconnected = counts.data?.mailboxes.length === 0 && instance.role === 'admin';
  return (
    <main className={`${styles.inbox} ${params.conversationId ? styles.open : ''}`}>
      <div className={styles.side}>
        <ViewsNav instanceId={instance.id} slug={instance.slug} />
        <div className={styles.list}>
          {unconnected ? (
            <Empty title={words.email.first.title} text={words.email.first.text}>
              <Link
                to="/$slug/apps/email"
                params={{ slug: instance.slug }}
                style={{ color: 'var(--accent)' }}
              >
                {words.email.title}
              </Link>
            </Empty>
          ) : (
            <ConversationList instanceId={instance.id} place={place} chosen={params.conversationId} />
          )}
        </div>
      </div>
      <div className={styles.pane}>
        {params.conversationId ? (
          <ConversationPane
            key={params.conversationId}
            instanceId={instance.id}
            user={me.user}
            place={place}
            conversationId={params.conversationId}
          />
        ) : (
          <Empty title={words.conversation.pick} text={words.conversation.pickText} />
        )}
      </div>
    </main>
  );
}

/** A conversation that is open and in sight is read, also when more arrives. */
function useMarkRead(instanceId: string, conversationId: string | undefined) {
  const client = useQueryClient();
  const list = client.getQueriesData<{
    pages: Array<{ conversations: Array<{ id: string; unread: boolean }> }>;
  }>({
    queryKey: [instanceId, 'conversations'],
  });
  const unread = list.some(([, data]) =>
    data?.pages.some((page) => page.conversations.some(({ id, unread }) => id === conversationId && unread)),
  );
  useEffect(() => {
    if (!conversationId) return;
    const read = async () => {
      if (document.visibilityState !== 'visible') return;
      await answer(
        api.POST('/api/instances/{instanceId}/conversations/{conversationId}/read', {
          params: { path: { instanceId, conversationId } },
        }),
      ).catch(() => {});
      if (unread) void client.invalidateQueries({ queryKey: [instanceId, 'conversations'] });
    };
    void read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [client, instanceId, conversationId, unread]);
}

/** j and k move through the list as it is loaded; escape goes back to it. */
function useListKeys(instanceId: string, place: ListPlace, chosen: string | undefined) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const move = (by: number) => {
    const data = client.getQueryData(conversations(instanceId, place.view, place.mailboxId).queryKey);
    const ids = data?.pages.flatMap((page) => page.conversations.map(({ id }) => id)) ?? [];
    const at = chosen ? ids.indexOf(chosen) : -1;
    const next = ids[Math.max(0, at + by)];
    if (next && next !== chosen) void navigate(conversationLink(place, next));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Escape: () =>
      chosen &&
      void navigate(
        place.mailboxId
          ? { to: '/$slug/mailbox/$mailboxId', params: { slug: place.slug, mailboxId: place.mailboxId } }
          : { to: '/$slug/inbox/$view', params: { slug: place.slug, view: place.view } },
      ),
  });
}
