import { Badge, Text } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { Hint } from '../../../ui/hint.tsx';
import styles from './message-card.module.css';

type SenderFields = Pick<Message, 'author' | 'writer' | 'otherAuthors'>;

/** Who wrote a message, as the card names them: a user of Postroom, or those whom From names. */
export function senderName({ author, writer, otherAuthors }: SenderFields): string {
  if (author) return author.name;
  const names = [writer, ...otherAuthors].map(({ name, address }) => name || address).filter(Boolean);
  return names.join(', ') || t('message.unknownSender');
}

/** The sender of a message: the person, what it was sent through, and whether Gmail could not verify From. */
export function SenderLine({ message }: { message: Message }) {
  const { from, writer, otherAuthors, author, direction } = message;
  const isSentAs = author !== null && direction === 'outbound' && from.name !== author.name;
  const addresses = [writer, ...otherAuthors].map(({ address }) => address).filter(Boolean);
  const isVia = writer.address !== '' && writer.address.toLowerCase() !== from.address.toLowerCase();
  return (
    <>
      <Hint label={addresses.join(', ')} delay={400}>
        <Text span fw={600} size="sm" dir="auto">
          {senderName(message)}
        </Text>
      </Hint>
      {isSentAs && (
        <Hint label={from.address} delay={400}>
          <Text span size="xs" c="var(--text-muted)">
            {t('message.sentAs', { name: from.name || from.address })}
          </Text>
        </Hint>
      )}
      {isVia && (
        <Hint label={from.address} delay={400}>
          <Text span size="xs" c="var(--text-muted)">
            {t('message.via', { name: from.name || from.address })}
          </Text>
        </Hint>
      )}
      {message.senderUnverified && (
        <Hint label={t('message.unverifiedText', { address: from.address })} multiline maw={280}>
          <Badge size="sm" tt="none" className={styles.warning}>
            {t('message.unverified')}
          </Badge>
        </Hint>
      )}
    </>
  );
}
