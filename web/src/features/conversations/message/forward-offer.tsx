import { Button, Group, Text } from '@mantine/core';
import { Suspense, useState } from 'react';
import type { ConversationPage, Message } from '../../../api/client.ts';
import { lazyPart } from '../../../locales/lazy.ts';
import { t } from '../../../locales/messages.ts';
import { ProblemText } from '../../../ui/problem-text.tsx';
import { useMoveToCustomer } from '../actions/use-move-to-customer.ts';
import { forwardedName } from './forwarded-note.tsx';
import styles from './message-card.module.css';
import { senderName } from './sender-line.tsx';

const MoveConversationDialog = lazyPart(() => import('../actions/move-conversation-dialog.tsx'));

/** Offers the author of what a colleague forwarded as the customer, while that colleague is the customer (R9). */
export function ForwardOffer({
  instanceId,
  message,
  page: { conversation, customer },
}: {
  instanceId: string;
  message: Message;
  page: ConversationPage;
}) {
  const { forwarded, from } = message;
  const [choosing, setChoosing] = useState(false);
  const move = useMoveToCustomer(instanceId, conversation.id);
  const isOfColleague = customer.addresses.every(
    (address) => address === '' || address === from.address.toLowerCase(),
  );
  if (!forwarded || !isOfColleague) return null;
  const author = forwardedName(forwarded);
  const { name, address } = forwarded.from;
  const colleague = senderName(message);
  return (
    <section className={styles.offer}>
      <Text size="sm" fw={600}>
        {t('forwarded.title', { colleague, author: name && address ? `${name} (${address})` : author })}
      </Text>
      <Text size="sm">{t('forwarded.text', { author })}</Text>
      <Group gap="xs" mt="xs">
        {address && (
          <Button size="xs" loading={move.isPending} onClick={() => move.mutate({ address, name })}>
            {t('forwarded.accept', { author })}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setChoosing(true)}>
          {t('forwarded.other')}
        </Button>
      </Group>
      <ProblemText problem={move.error} size="sm" mt="xs" />
      <Suspense>
        {choosing && (
          <MoveConversationDialog {...{ instanceId, conversation }} onClose={() => setChoosing(false)} />
        )}
      </Suspense>
    </section>
  );
}
