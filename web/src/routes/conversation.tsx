import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp, IconArrowBackUpDouble, IconNote } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { conversation as conversationQuery } from '../api/queries.ts';
import { Composer, type ComposerKind } from '../features/composer/composer.tsx';
import { ConversationHeader } from '../features/conversations/header.tsx';
import type { ListPlace } from '../features/conversations/list.tsx';
import { Timeline } from '../features/conversations/timeline.tsx';
import { useChange } from '../features/conversations/use-change.ts';
import { Customer } from '../features/customer/customer.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { useKeys } from '../ui/use-keys.ts';
import { words } from '../words/words.ts';
import styles from './inbox.module.css';

/** One conversation: its timeline, the composer below it, the customer beside it. */
export function ConversationPane({
  instanceId,
  userId,
  place,
  conversationId,
}: {
  instanceId: string;
  userId: string;
  place: ListPlace;
  conversationId: string;
}) {
  const query = useQuery(conversationQuery(instanceId, conversationId));
  const change = useChange(instanceId, conversationId);
  const [writing, setWriting] = useState<ComposerKind | null>(null);
  const [customerShown, setCustomerShown] = useState(true);
  const status = query.data?.conversation.status;
  useKeys({
    r: () => setWriting('reply'),
    a: () => setWriting('replyAll'),
    n: () => setWriting('note'),
    e: () => status && change.mutate({ status: status === 'done' ? 'open' : 'done' }),
    i: () => change.mutate({ assigneeId: userId }),
  });
  if (query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const { conversation, messages, customer } = query.data;
  return (
    <>
      <div className={styles.conversation}>
        <ConversationHeader
          instanceId={instanceId}
          userId={userId}
          place={place}
          conversation={conversation}
          toggleCustomer={() => setCustomerShown((shown) => !shown)}
        />
        <Timeline instanceId={instanceId} messages={messages} />
        {writing ? (
          <Composer
            key={writing}
            instanceId={instanceId}
            conversationId={conversationId}
            kind={writing}
            close={() => setWriting(null)}
          />
        ) : (
          <div className={styles.actions}>
            <Action
              icon={IconArrowBackUp}
              name={words.composer.reply}
              press="r"
              act={() => setWriting('reply')}
            />
            <Action
              icon={IconArrowBackUpDouble}
              name={words.composer.replyAll}
              press="a"
              act={() => setWriting('replyAll')}
            />
            <Action icon={IconNote} name={words.composer.note} press="n" act={() => setWriting('note')} />
          </div>
        )}
      </div>
      {customerShown && (
        <div className={styles.customer}>
          <Customer customer={customer} close={() => setCustomerShown(false)} />
        </div>
      )}
    </>
  );
}

function Action({
  icon: Icon,
  name,
  press,
  act,
}: {
  icon: typeof IconNote;
  name: string;
  press: string;
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
      onClick={act}
    >
      {name}
    </Button>
  );
}
