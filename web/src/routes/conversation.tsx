import { useCallbackRef } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { v4 as uuid } from 'uuid';
import type { ConversationPage, Draft } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { conversation as conversationQuery } from '../api/queries/conversation.ts';
import { saveOpenDrafts } from '../features/composer/draft/open-drafts.ts';
import { UnsentDrafts } from '../features/composer/draft/unsent-drafts.tsx';
import { TypingIndicator } from '../features/composer/form/typing-indicator.tsx';
import { useSeenStatus } from '../features/conversations/actions/use-seen-status.ts';
import { useUpdateConversation } from '../features/conversations/actions/use-update-conversation.ts';
import { UndoSendContext } from '../features/conversations/delivery/undo-send-context.ts';
import { ConversationHeader } from '../features/conversations/header/conversation-header.tsx';
import { conversationLink, type ListRoute } from '../features/conversations/list/list-route.ts';
import { useDone } from '../features/conversations/list/use-done.ts';
import { useMarkUnread } from '../features/conversations/list/use-mark-unread.ts';
import { Timeline } from '../features/conversations/timeline/timeline.tsx';
import { UnreadableNotice } from '../features/conversations/unreadable/unreadable-notice.tsx';
import { CustomerSide, useCustomerSide } from '../features/customer/customer-side.tsx';
import { t } from '../locales/messages.ts';
import { ConversationDisconnectedBanner } from '../ui/disconnected-mailbox.tsx';
import { holdKeys } from '../ui/hold-keys.ts';
import { TroubleBanner } from '../ui/mailbox-trouble.tsx';
import { PageTitle } from '../ui/page-title.ts';
import { WhileShown } from '../ui/shown.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { useKeyboardShortcuts } from '../ui/use-keyboard-shortcuts.ts';
import { useMailtoLinks } from '../ui/use-mailto-links.ts';
import { ComposerHistory } from './composer-history.ts';
import { ConversationActions, useConversationActions } from './conversation-actions.tsx';
import { ConversationComposer, focusText } from './conversation-composer.tsx';
import styles from './inbox.module.css';
import { MergedNotice } from './merged-notice.tsx';
import type { ComposerState } from './use-prepared-composer.ts';

/** One conversation: its timeline, the composer below it, and the customer in a panel beside it. */
export const ConversationPane = memo(function Pane({
  instanceId,
  user,
  listRoute,
  conversationId,
}: {
  instanceId: string;
  user: { id: string; name: string };
  listRoute: ListRoute;
  conversationId: string;
}) {
  const query = useQuery(conversationQuery(instanceId, conversationId));
  const change = useUpdateConversation(instanceId, conversationId);
  const side = useCustomerSide();
  const lastMessage = query.data?.messages.findLast(({ direction }) => direction !== 'note');
  const { composer, setComposer, openComposer, closeComposer, lastKind } = useComposerState(lastMessage?.id);
  const markDone = useCallbackRef(
    useDone(instanceId, { listRoute, conversationId }, (status) => change.mutate({ status })),
  );
  const actions = useConversationActions(openComposer);
  const markUnread = useMarkUnread(instanceId, user.id, { listRoute, conversationId });
  const page = useShownPage(query.data, conversationId);
  const status = useSeenStatus(page?.conversation.status, change.variables?.status);
  const [sentId, setSentId] = useState<string | null>(null);
  const isOpen = composer !== null;
  useKeyboardShortcuts({
    e: () => {
      if (status === 'done') change.mutate({ status: 'open' });
      else if (status) markDone();
    },
    i: () => change.mutate({ assigneeId: user.id }),
    u: markUnread,
  });
  useNewMessageTo(listRoute.slug);
  const undoSendHandlers = useUndoSendHandlers(listRoute.slug, setComposer);
  const loadedId = query.data?.conversation.id;
  const isMerged = loadedId !== undefined && loadedId !== conversationId;
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!page) {
    return (
      <>
        <LoadingState />
        {/* Data being refetched may be outdated: two conversations merged in each direction would redirect for ever. */}
        {isMerged && !query.isFetching && (
          <WhileShown>
            <MergedRedirect listRoute={listRoute} intoId={loadedId} />
          </WhileShown>
        )}
      </>
    );
  }
  const { conversation, customer } = page;
  return (
    <UndoSendContext value={undoSendHandlers}>
      <WhileShown>
        <PageTitle title={conversation.subject || t('list.noSubject')} />
        <ComposerHistory composer={composer} setComposer={setComposer} />
      </WhileShown>
      <div className={styles.conversation}>
        <ConversationHeader
          instanceId={instanceId}
          userId={user.id}
          listRoute={listRoute}
          conversation={conversation}
          onDone={markDone}
          toggleCustomer={side.toggle}
        />
        {isMerged && <MergedNotice listRoute={listRoute} intoId={loadedId} />}
        <Timeline instanceId={instanceId} page={page} sentId={sentId} />
        <WhileShown>
          <TypingIndicator instanceId={instanceId} conversationId={conversationId} />
        </WhileShown>
        <ConversationComposer
          instanceId={instanceId}
          slug={listRoute.slug}
          user={user}
          composer={composer}
          page={page}
          onClose={closeComposer}
          onSent={setSentId}
        />
        {/* Hidden behind an open composer, as removing it takes time before the composer is painted. */}
        <div className={styles.belowTimeline} data-hidden={isOpen || undefined}>
          <ConversationDisconnectedBanner instanceId={instanceId} mailboxId={conversation.mailboxId} />
          <TroubleBanner instanceId={instanceId} mailboxId={conversation.mailboxId} />
          <UnreadableNotice instanceId={instanceId} slug={listRoute.slug} conversationId={conversationId} />
          {!isOpen && (
            <WhileShown>
              <UnsentDrafts
                instanceId={instanceId}
                conversationId={conversationId}
                onResume={({ kind }) => kind !== 'new' && setComposer({ kind, sessionKey: 0 })}
              />
            </WhileShown>
          )}
          <ConversationActions actions={actions} focused={lastKind?.[0] ?? null} isShown={!isOpen} />
        </div>
      </div>
      <CustomerSide
        instanceId={instanceId}
        slug={listRoute.slug}
        conversationId={conversationId}
        customer={customer}
        side={side}
      />
    </UndoSendContext>
  );
});

/** The open composer, if any; `lastMessageId` is the message that Forward forwards. */
function useComposerState(lastMessageId: string | undefined) {
  const [composer, setComposer] = useState<ComposerState | null>(null);
  // When the composer closes, the button that opened it gets the focus back.
  const lastKind = useRef<ComposerState['kind'] | null>(null);
  const openComposer = useCallbackRef((kind: ComposerState['kind'], all = false) => {
    if (kind === 'forward' && !lastMessageId) return;
    holdKeys();
    if (composer?.kind === kind) focusText(document.body);
    setComposer((before) => ({
      kind,
      all,
      sessionKey: before?.sessionKey ?? 0,
      ...(kind === 'forward' && lastMessageId && { forwardedId: lastMessageId }),
    }));
  });
  const closeComposer = () => {
    lastKind.current = composer?.kind ?? null;
    setComposer(null);
  };
  return { composer, setComposer, openComposer, closeComposer, lastKind: lastKind.current };
}

/** Opens a `mailto:` link of a message as a new message. */
function useNewMessageTo(slug: string): void {
  const navigate = useNavigate();
  useMailtoLinks(
    (mailto) =>
      void navigate({
        to: '/$slug/new/$draftId',
        params: { slug, draftId: uuid() } as never,
        state: { mailto },
      }),
  );
}

/** After an undone send the draft opens again: in this composer, or on the page of a new message. */
function useUndoSendHandlers(slug: string, setComposer: (composer: ComposerState) => void) {
  const navigate = useNavigate();
  return useMemo(
    () => ({
      beforeUndo: saveOpenDrafts,
      afterUndo({ id, kind }: Draft) {
        if (kind !== 'new') return setComposer({ kind, sessionKey: Date.now() });
        void navigate({ to: '/$slug/new/$draftId', params: { slug, draftId: id } as never });
      },
    }),
    [navigate, slug, setComposer],
  );
}

/**
 * The page of the conversation. If a colleague merges it into another one while it is shown, it stays as it was, as
 * nothing that others do may change what is being read or written.
 */
function useShownPage(loaded: ConversationPage | undefined, conversationId: string) {
  const shown = useRef<ConversationPage>(undefined);
  if (loaded?.conversation.id === conversationId) shown.current = loaded;
  return shown.current;
}

/** Redirects the link of a conversation that was merged into another to that one. */
function MergedRedirect({ listRoute, intoId }: { listRoute: ListRoute; intoId: string }) {
  const navigate = useNavigate();
  // A new object at each render: as a dependency it would redirect more than once.
  const listRouteRef = useRef(listRoute);
  useEffect(() => {
    void navigate({ ...conversationLink(listRouteRef.current, intoId), replace: true });
  }, [intoId, navigate]);
  return null;
}
