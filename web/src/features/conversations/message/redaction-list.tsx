import { Text } from '@mantine/core';
import { IconEraser } from '@tabler/icons-react';
import type { Message } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import styles from '../attachments/attachments.module.css';

/** The redactions of a message: what, by whom and when (M1). */
export function RedactionList({ message }: { message: Message }) {
  if (message.redactions.length === 0) return null;
  return (
    <ul className={styles.redactions}>
      {message.redactions.map(({ kind, by, at }) => (
        <li key={`${kind} ${at}`}>
          <IconEraser size={14} aria-hidden />
          <Text span size="xs">
            {kind === 'cards'
              ? t('redaction.marks.cards')
              : t(`redaction.marks.${kind}`, { by: by || t('redaction.somebody') })}{' '}
            · <RelativeTime at={at} />
          </Text>
        </li>
      ))}
    </ul>
  );
}
