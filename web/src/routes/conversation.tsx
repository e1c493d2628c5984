import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp, IconArrowBackUpDouble, IconArrowForwardUp, IconNote } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Suspense, useEffect, useMemo, useRef, useState } from 'react';
import type { Draft, Message } from '../api/client.ts';
import { conversation as conversationQuery } from '../api/queries.ts';
import { saveOpenDrafts } from '../features/composer/draft/open-drafts.ts';
import { UnsentDrafts } from '../features/composer/draft/unsent-drafts.tsx';
import { TypingIndicator } from '../features/composer/form/typing-indicator.tsx';
import { useUpdateConversation } from '../features/conversations/actions/use-update-conversation.ts';
import { UndoSendContext } from '../features/conversations/delivery/undo-send-context.ts';
import { ConversationHeader } from '../features/conversations/header/conversation-header.tsx';
import { conversationLink, type ListRoute } from '../features/conversations/list/list-route.ts';
import { Timeline } from '../features/conversations/timeline/timeline.tsx';
import { CustomerPanel } from '../features/customer/customer-panel.tsx';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { ConversationDisconnectedBanner } from '../ui/disconnected-mailbox.tsx';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { useKeyboardShortcuts } from '../ui/use-keyboard-shortcuts.ts';
import styles from './inbox.module.css';

const Composer = lazyPart(() => import('../features/composer/form/composer.tsx'));

/** What is being written; another `round` begins anew with what the server has. */
type ComposerState = {
  kind: 'reply' | 'forward' | 'note';
  all?: boolean;
  forwardedId?: string;
  sessionKey: number;
};

/** One conversation: its timeline, the composer below it, the customer beside it. */
export function ConversationPane({
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
  const client = useQueryClient();
  const navigate = useNavigate();
  const [composer, setComposer] = useState<ComposerState | null>(null);
  const [customerShown, setCustomerShown] = useState(true);
  // Back from the composer, the keyboard is where it was begun.
  const lastComposerKind = useRef<ComposerState['kind'] | null>(null);
  const last = query.data?.messages.findLast(({ direction }) => direction !== 'note');
  const status = query.data?.conversation.status;
  const openComposer = (kind: ComposerState['kind'], all = false) =>
    setComposer((before) => ({
      kind,
      all,
      sessionKey: before?.sessionKey ?? 0,
      ...(kind === 'forward' && last && { forwardedId: last.id }),
    }));
  const actions = [
    { icon: IconArrowBackUp, name: t('composer.reply'), press: 'r', act: () => openComposer('reply') },
    {
      icon: IconArrowBackUpDouble,
      name: t('composer.replyAll'),
      press: 'a',
      act: () => openComposer('reply', true),
    },
    {
      icon: IconArrowForwardUp,
      name: t('composer.forward'),
      press: 'f',
      act: () => last && openComposer('forward'),
    },
    { icon: IconNote, name: t('composer.note'), press: 'n', act: () => openComposer('note') },
  ];
  useKeyboardShortcuts({
    ...Object.fromEntries(actions.map(({ press, act }) => [press, act])),
    e: () => status && change.mutate({ status: status === 'done' ? 'open' : 'done' }),
    i: () => change.mutate({ assigneeId: user.id }),
  });
  const undoSendHandlers = useMemo(
    () => ({
      beforeUndo: saveOpenDrafts,
      afterUndo({ id, kind }: Draft) {
        const sessionKey = Date.now();
        if (kind !== 'new') return setComposer({ kind, sessionKey });
        void navigate({ to: '/$slug/new/$draftId', params: { slug: listRoute.slug, draftId: id } as never });
      },
    }),
    [navigate, listRoute.slug],
  );
  // A link to what became part of another conversation leads there.
  const loadedId = query.data?.conversation.id;
  // Going there draws the list anew: once is enough. What is being asked anew may have been parted again, and two
  // that were merged each way would lead to each other without end.
  const listRouteRef = useRef(listRoute);
  const isFetching = query.isFetching;
  useEffect(() => {
    if (!isFetching && loadedId && loadedId !== conversationId) {
      void navigate({ ...conversationLink(listRouteRef.current, loadedId), replace: true });
    }
  }, [isFetching, loadedId, conversationId, navigate]);
  if (query.isPending) return <LoadingState />;
  if (query.isError) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (loadedId !== conversationId) return <LoadingState />;
  const { conversation, customer } = query.data;

  const close = () => {
    lastComposerKind.current = composer?.kind ?? null;
    setComposer(null);
  };
  /** The message stands in the timeline at once; the live stream confirms it. */
  const appendMessage = (message: Message) => {
    const { queryKey } = conversationQuery(instanceId, conversationId);
    client.setQueryData(queryKey, (page) =>
      page && !page.messages.some(({ id }) => id === message.id)
        ? { ...page, messages: [...page.messages, message] }
        : page,
    );
    void client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversationId] });
  };
  return (
    <UndoSendContext value={undoSendHandlers}>
      <div className={styles.conversation}>
        <ConversationHeader
          instanceId={instanceId}
          userId={user.id}
          listRoute={listRoute}
          conversation={conversation}
          toggleCustomer={() => setCustomerShown((shown) => !shown)}
        />
        <Timeline instanceId={instanceId} page={query.data} />
        <TypingIndicator instanceId={instanceId} conversationId={conversationId} />
        {!composer && (
          <ConversationDisconnectedBanner instanceId={instanceId} mailboxId={conversation.mailboxId} />
        )}
        {composer ? (
          <Suspense>
            <Composer
              key={`${composer.kind} ${composer.sessionKey}`}
              instanceId={instanceId}
              conversationId={conversationId}
              layout="below"
              kind={composer.kind}
              all={composer.all ?? false}
              {...(composer.forwardedId && { forwardedId: composer.forwardedId })}
              placeholderValues={{
                'customer.name': customer.name,
                'customer.email': customer.addresses[0] ?? '',
                'user.name': user.name,
                'conversation.subject': conversation.subject,
              }}
              onClose={close}
              onSent={({ message }) => {
                appendMessage(message);
                close();
              }}
              onPopOut={() =>
                openWindow(`/${listRoute.slug}/window/${composer.kind}/${conversationId}`, conversationId)
              }
            />
          </Suspense>
        ) : (
          <>
            <UnsentDrafts
              instanceId={instanceId}
              conversationId={conversationId}
              onResume={({ kind }) => kind !== 'new' && setComposer({ kind, sessionKey: 0 })}
            />
            <div className={styles.actions}>
              {actions.map((action) => (
                <Action
                  key={action.press}
                  {...action}
                  focused={lastComposerKind.current !== null && action.press === lastComposerKind.current[0]}
                />
              ))}
            </div>
          </>
        )}
      </div>
      {customerShown && (
        <div className={styles.customer}>
          <CustomerPanel
            instanceId={instanceId}
            slug={listRoute.slug}
            conversationId={conversationId}
            customer={customer}
            onClose={() => setCustomerShown(false)}
          />
        </div>
      )}
    </UndoSendContext>
  );
}

/** A window of its own for what is being written. */
function openWindow(address: string, name: string) {
  window.open(address, `write ${name}`, 'popup,width=720,height=640');
}

function Action({
  icon: Icon,
  name,
  press,
  focused,
  act,
}: {
  icon: typeof IconNote;
  name: string;
  press: string;
  focused: boolean;
  act(): void;
}) {
  return (
    <Button
      variant="default"
      size="sm"
      leftSection={<Icon size={16} aria-hidden />}
      rightSection={
        <Kbd size="xs" className="not-narrow" aria-hidden>
          {press}
        </Kbd>
      }
      autoFocus={focused}
      onClick={act}
    >
      {name}
    </Button>
  );
}
