import { Badge, Text, Tooltip } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
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
      <Tooltip label={addresses.join(', ')} openDelay={400} disabled={addresses.length === 0}>
        <Text span fw={600} size="sm" dir="auto">
          {senderName(message)}
        </Text>
      </Tooltip>
      {isSentAs && (
        <Tooltip label={from.address} openDelay={400} disabled={!from.address}>
          <Text span size="xs" c="var(--text-muted)">
            {t('message.sentAs', { name: from.name || from.address })}
          </Text>
        </Tooltip>
      )}
      {isVia && (
        <Tooltip label={from.address} openDelay={400} disabled={!from.address}>
          <Text span size="xs" c="var(--text-muted)">
            {t('message.via', { name: from.name || from.address })}
          </Text>
        </Tooltip>
      )}
      {message.senderUnverified && (
        <Tooltip label={t('message.unverifiedText', { address: from.address })} multiline maw={280}>
          <Badge size="sm" tt="none" className={styles.warning}>
            {t('message.unverified')}
          </Badge>
        </Tooltip>
      )}
    </>
  );
}
