import { Text } from '@mantine/core';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { linkify } from './linkify.tsx';
import styles from './message-card.module.css';

type Forwarded = NonNullable<Message['forwarded']>;

/** Who wrote what a colleague forwards; the card is named after them. */
export function forwardedName({ from }: Forwarded): string {
  return from.name || from.address;
}

/** The message with the forwarded words as what is shown first, and all of it when it is expanded. */
export function withForwardedWords(message: Message): Message {
  const { forwarded } = message;
  if (!forwarded) return message;
  return {
    ...message,
    html: forwarded.html === null ? null : message.html,
    ownHtml: forwarded.html,
    ownText: forwarded.text,
  };
}

/** What a colleague wrote above the message they forward, as a note. */
export function ForwardedNote({ forwarded, colleague }: { forwarded: Forwarded; colleague: string }) {
  return (
    <div className={styles.forwardedNote}>
      <Text size="xs" c="var(--warning)">
        {t('message.forwardedBy', { name: colleague })}
      </Text>
      {forwarded.note && <div className={styles.text}>{linkify(forwarded.note)}</div>}
    </div>
  );
}
