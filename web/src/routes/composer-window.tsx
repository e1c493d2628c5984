import { Button, Group, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Draft } from '../api/client.ts';
import { hasFailed } from '../api/has-failed.ts';
import { conversation as conversationQuery } from '../api/queries/conversation.ts';
import type { DraftKind } from '../features/composer/draft/draft-content.ts';
import { saveOpenDrafts } from '../features/composer/draft/open-drafts.ts';
import Composer from '../features/composer/form/composer.tsx';
import { UndoSendContext } from '../features/conversations/delivery/undo-send-context.ts';
import { MessageCard } from '../features/conversations/message/message-card.tsx';
import { t } from '../locales/messages.ts';
import { ErrorState, LoadingState } from '../ui/states.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Page } from './page.tsx';
import { useAppContext } from './shell.tsx';

const kinds: DraftKind[] = ['reply', 'forward', 'note', 'new'];

/** The composer in a window of its own; after sending it shows the message, which can be undone. */
export default function ComposerWindow() {
  const { me, instance } = useAppContext();
  const { kind, id } = useParams({ strict: false }) as { kind: DraftKind; id: string };
  const [sent, setSent] = useState<{ conversationId: string; messageId: string } | null>(null);
  const [sessionKey, setSessionKey] = useState(0);
  const navigate = useNavigate();
  const isNew = kind === 'new';
  const query = useQuery({ ...conversationQuery(instance.id, id), enabled: !isNew });
  const undoSendHandlers = useMemo(
    () => ({
      beforeUndo: saveOpenDrafts,
      afterUndo(draft: Draft) {
        setSent(null);
        setSessionKey(Date.now());
        const windowParams = { slug: instance.slug, kind: draft.kind, id: draft.conversationId ?? draft.id };
        void navigate({ to: '/$slug/window/$kind/$id', params: windowParams as never, replace: true });
      },
    }),
    [navigate, instance.slug],
  );
  if (!kinds.includes(kind)) return <NotFoundPage />;
  if (sent) {
    return (
      <UndoSendContext value={undoSendHandlers}>
        <SentMessage instanceId={instance.id} {...sent} />
      </UndoSendContext>
    );
  }
  if (!isNew && hasFailed(query))
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!isNew && !query.data) return <LoadingState />;
  const { customer, conversation } = query.data ?? {};
  return (
    <Page title={conversation?.subject || (isNew ? t('composer.newMessage') : t('list.noSubject'))}>
      <Composer
        key={`${id} ${sessionKey}`}
        instanceId={instance.id}
        kind={kind}
        conversationId={isNew ? null : id}
        {...(isNew && { draftId: id })}
        layout="page"
        placeholderValues={{
          'customer.name': customer?.name ?? '',
          'customer.email': customer?.addresses[0] ?? '',
          'user.name': me.user.name,
          'conversation.subject': conversation?.subject ?? '',
        }}
        onClose={() => window.close()}
        onSent={({ conversationId, message }) => setSent({ conversationId, messageId: message.id })}
      />
    </Page>
  );
}

function SentMessage({
  instanceId,
  conversationId,
  messageId,
}: {
  instanceId: string;
  conversationId: string;
  messageId: string;
}) {
  const query = useQuery(conversationQuery(instanceId, conversationId));
  const message = query.data?.messages.find(({ id }) => id === messageId);
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  if (!message) return <LoadingState />;
  return (
    <Page title={query.data?.conversation.subject || t('list.noSubject')}>
      <Stack>
        <MessageCard {...{ instanceId, conversationId, message }} />
        <Group>
          <Button variant="default" onClick={() => window.close()}>
            {t('composer.closeWindow')}
          </Button>
        </Group>
      </Stack>
    </Page>
  );
}
