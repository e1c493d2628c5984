import { IconMessages } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { memo, Suspense, useDeferredValue } from 'react';
import { conversationList } from '../api/queries/conversation-lists.ts';
import { useMarkRead } from '../features/conversations/actions/use-mark-read.ts';
import { type ListRoute, listFilter } from '../features/conversations/list/list-route.ts';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { Shown } from '../ui/shown.tsx';
import { EmptyState, LoadingState } from '../ui/states.tsx';
import styles from './inbox.module.css';

const ConversationPane = lazyPart(async () => ({
  default: (await import('./conversation.tsx')).ConversationPane,
}));

/** Loads the code of a conversation. */
export const loadPane = ConversationPane.preload;

/**
 * The open conversation. `preparedId` is one that is likely to be opened next: it is rendered meanwhile, laid out and
 * invisible, so that opening it takes little more than making it visible.
 */
export const ConversationPanes = memo(function Panes({
  instanceId,
  user,
  listRoute,
  conversationId,
  preparedId,
}: {
  instanceId: string;
  user: { id: string; name: string };
  listRoute: ListRoute;
  conversationId: string | undefined;
  preparedId: string | undefined;
}) {
  // Removing the conversation that was open takes as long as rendering one: it is hidden first, and removed later.
  const formerId = useDeferredValue(conversationId);
  useMarkRead(instanceId, formerId);
  const ids = new Set([conversationId, formerId, preparedId].filter((id) => id !== undefined));
  return (
    <div className={styles.conversationPane}>
      {/* In an order that stays: an element that is moved is laid out again, and its frames load again. */}
      {[...ids].sort().map((id) => (
        <Shown key={id} isShown={id === conversationId}>
          <div
            className={styles.pane}
            data-open={id === conversationId || undefined}
            data-former={(id === formerId && id !== conversationId) || undefined}
          >
            <Suspense fallback={<LoadingState />}>
              <ConversationPane
                instanceId={instanceId}
                user={user}
                listRoute={listRoute}
                conversationId={id}
              />
            </Suspense>
          </div>
        </Shown>
      ))}
      {conversationId === undefined && <NoConversation {...{ instanceId, listRoute }} />}
    </div>
  );
});

/** Beside a list with conversations, how to choose one. */
function NoConversation({ instanceId, listRoute }: { instanceId: string; listRoute: ListRoute }) {
  const { data: hasRows } = useInfiniteQuery({
    ...conversationList(instanceId, listFilter(listRoute)),
    // The list itself fetches them.
    enabled: false,
    select: ({ pages }) => pages.some(({ conversations }) => conversations.length > 0),
  });
  if (!hasRows) return null;
  return (
    <div className={styles.pane} data-open>
      <EmptyState icon={IconMessages} title={t('conversation.pick')} text={t('conversation.pickText')} />
    </div>
  );
}
