import { IconMessages } from '@tabler/icons-react';
import { memo, Suspense, useDeferredValue } from 'react';
import { useMarkRead } from '../features/conversations/actions/use-mark-read.ts';
import type { ListRoute } from '../features/conversations/list/list-route.ts';
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
      {conversationId === undefined && (
        <div className={styles.pane} data-open>
          <EmptyState icon={IconMessages} title={t('conversation.pick')} text={t('conversation.pickText')} />
        </div>
      )}
    </div>
  );
});
