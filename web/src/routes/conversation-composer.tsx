import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { Suspense } from 'react';
import type { ConversationPage, Message } from '../api/client.ts';
import { replyDefaults, savedReplies, writingSettings } from '../api/queries/composer.ts';
import { conversation as conversationQuery } from '../api/queries/conversation.ts';
import { senders } from '../api/queries/mailboxes.ts';
import { lazyPart } from '../locales/lazy.ts';

const Composer = lazyPart(() => import('../features/composer/form/composer.tsx'));

/** Loads the composer, and the data it starts with, before it is needed, so that it opens at once. */
export function preloadComposer(client: QueryClient, instanceId: string, conversationId: string): void {
  void Composer.preload();
  void client.prefetchQuery(senders(instanceId));
  void client.prefetchQuery(replyDefaults(instanceId, conversationId, false));
  void client.prefetchQuery(writingSettings(instanceId));
  void client.prefetchQuery(savedReplies(instanceId));
}

/** The open composer; another `sessionKey` mounts a new one, which loads the draft again. */
export type ComposerState = {
  kind: 'reply' | 'forward' | 'note';
  all?: boolean;
  forwardedId?: string;
  sessionKey: number;
};

/** The composer below a conversation. */
export function ConversationComposer({
  instanceId,
  slug,
  userName,
  composer,
  page: { conversation, customer },
  onClose,
  onSent,
}: {
  instanceId: string;
  slug: string;
  userName: string;
  composer: ComposerState;
  page: ConversationPage;
  onClose(): void;
  /** Called with the id of the message. */
  onSent(messageId: string): void;
}) {
  const appendMessage = useAppendMessage(instanceId, conversation.id);
  const { kind, all = false, forwardedId } = composer;
  return (
    <Suspense>
      <Composer
        key={`${kind} ${composer.sessionKey}`}
        instanceId={instanceId}
        conversationId={conversation.id}
        layout="inline"
        kind={kind}
        all={all}
        {...(forwardedId && { forwardedId })}
        placeholderValues={{
          'customer.name': customer.name,
          'customer.email': customer.addresses[0] ?? '',
          'user.name': userName,
          'conversation.subject': conversation.subject,
        }}
        onClose={onClose}
        onSent={({ message }) => {
          appendMessage(message);
          onSent(message.id);
          onClose();
        }}
        onPopOut={() =>
          window.open(
            `/${slug}/window/${kind}/${conversation.id}`,
            `postroom-composer-${conversation.id}`,
            'popup,width=720,height=640',
          )
        }
      />
    </Suspense>
  );
}

/** Shows a sent message in the timeline before the live event arrives. */
function useAppendMessage(instanceId: string, conversationId: string): (message: Message) => void {
  const client = useQueryClient();
  const { queryKey } = conversationQuery(instanceId, conversationId);
  return (message) => {
    client.setQueryData(queryKey, (page) =>
      page && !page.messages.some(({ id }) => id === message.id)
        ? { ...page, messages: [...page.messages, message] }
        : page,
    );
    void client.invalidateQueries({ queryKey });
  };
}
