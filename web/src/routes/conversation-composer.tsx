import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { ConversationPage, Message } from '../api/client.ts';
import { conversation as conversationQuery } from '../api/queries/conversation.ts';
import { lazyPart } from '../locales/lazy.ts';
import { useShownRef } from '../ui/shown.tsx';
import { whenIdle } from '../ui/when-idle.ts';
import styles from './inbox.module.css';
import { type ComposerState, usePreparedComposer } from './use-prepared-composer.ts';

const Composer = lazyPart(() => import('../features/composer/form/composer.tsx'));

/**
 * The composer below a conversation. A reply is rendered before it is asked for, and hidden, so that opening it takes
 * no longer than showing it.
 */
export function ConversationComposer({
  instanceId,
  slug,
  user,
  composer,
  page: { conversation, customer },
  onClose,
  onSent,
}: {
  instanceId: string;
  slug: string;
  user: { id: string; name: string };
  /** null: none is open. */
  composer: ComposerState | null;
  page: ConversationPage;
  onClose(): void;
  /** Called with the id of the message. */
  onSent(messageId: string): void;
}) {
  const conversationId = conversation.id;
  const appendMessage = useAppendMessage(instanceId, conversationId);
  const target = { instanceId, conversationId, userId: user.id };
  const { shown, key } = usePreparedComposer(target, composer, Composer.preload);
  const frame = useRef<HTMLDivElement>(null);
  const isOpen = composer !== null;
  const paneShown = useShownRef();
  const latest = useRef({ isOpen, onClose, onSent });
  useLayoutEffect(() => {
    latest.current = { isOpen, onClose, onSent };
  });
  useLayoutEffect(() => {
    // A forwarded message begins with its recipients.
    if (isOpen && shown?.kind !== 'forward') focusText(frame.current);
  }, [isOpen, shown?.kind]);
  const isHidden = shown !== null && !isOpen;
  useEffect(() => {
    // The browser lays out what is hidden when it is asked for sizes, and keeps them.
    if (isHidden) return whenIdle(() => void textOf(frame.current)?.offsetHeight);
  }, [isHidden]);
  const { kind, all = false, forwardedId } = shown ?? {};
  const { subject } = conversation;
  const [address = ''] = customer.addresses;
  // The same element while nothing of it changes: showing it renders nothing.
  const element = useMemo(
    () =>
      kind && (
        <Composer
          key={key}
          instanceId={instanceId}
          conversationId={conversationId}
          layout="inline"
          kind={kind}
          all={all}
          {...(forwardedId && { forwardedId })}
          placeholderValues={{
            'customer.name': customer.name,
            'customer.email': address,
            'user.name': user.name,
            'conversation.subject': subject,
          }}
          isShown={() => latest.current.isOpen && paneShown.current}
          onClose={() => latest.current.onClose()}
          onSent={({ message }) => {
            appendMessage(message);
            latest.current.onSent(message.id);
            latest.current.onClose();
          }}
          onPopOut={() =>
            window.open(
              `/${slug}/window/${kind}/${conversationId}`,
              `postroom-composer-${conversationId}`,
              'popup,width=720,height=640',
            )
          }
        />
      ),
    [
      key,
      kind,
      all,
      forwardedId,
      instanceId,
      slug,
      conversationId,
      subject,
      customer.name,
      address,
      user.name,
      appendMessage,
      paneShown,
    ],
  );
  return (
    <div ref={frame} className={styles.composer} data-hidden={!isOpen || undefined}>
      <Suspense>{element}</Suspense>
    </div>
  );
}

/** Moves the focus to the text of a composer that was rendered before it is shown. */
export function focusText(composer: HTMLElement | null): void {
  textOf(composer)?.focus();
}

const textOf = (composer: HTMLElement | null) =>
  composer?.querySelector<HTMLElement>('[role=textbox][contenteditable=true]');

/** Shows a sent message in the timeline before the live event arrives. */
function useAppendMessage(instanceId: string, conversationId: string): (message: Message) => void {
  const client = useQueryClient();
  return useMemo(() => {
    const { queryKey } = conversationQuery(instanceId, conversationId);
    return (message) => {
      client.setQueryData(queryKey, (page) =>
        page && !page.messages.some(({ id }) => id === message.id)
          ? { ...page, messages: [...page.messages, message] }
          : page,
      );
      void client.invalidateQueries({ queryKey });
    };
  }, [client, instanceId, conversationId]);
}
