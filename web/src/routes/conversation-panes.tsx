import { IconMessages } from '@tabler/icons-react';
import { Activity, memo, Suspense, useDeferredValue } from 'react';
import type { ListRoute } from '../features/conversations/list/list-route.ts';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { EmptyState, LoadingState } from '../ui/states.tsx';
import styles from './inbox.module.css';

const ConversationPane = lazyPart(async () => ({
  default: (await import('./conversation.tsx')).ConversationPane,
}));

/** Loads the code of a conversation. */
export const loadPane = ConversationPane.preload;

/**
 * The open conversation. `preparedId` is one that is likely to be opened next: it is rendered meanwhile, and hidden, so
 * that opening it takes little more than showing it.
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
  const ids = new Set([conversationId, formerId, preparedId].filter((id) => id !== undefined));
  return (
    <div className={styles.conversationPane}>
      {[...ids].map((id) => (
        <Activity key={id} mode={id === conversationId ? 'visible' : 'hidden'}>
          <div className={styles.pane} data-open={id === conversationId || undefined}>
            <Suspense fallback={<LoadingState />}>
              <ConversationPane
                instanceId={instanceId}
                user={user}
                listRoute={listRoute}
                conversationId={id}
              />
            </Suspense>
          </div>
        </Activity>
      ))}
      {conversationId === undefined && (
        <div className={styles.pane}>
          <EmptyState icon={IconMessages} title={t('conversation.pick')} text={t('conversation.pickText')} />
        </div>
      )}
    </div>
  );
});
