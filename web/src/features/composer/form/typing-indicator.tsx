import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { typingUsers } from '../../../api/queries/conversation.ts';
import { t } from '../../../locales/messages.ts';
import { formatList } from '../../../ui/format.ts';
import styles from '../styles/composer.module.css';

/** The colleagues who are writing a reply now, so that a customer does not get two answers. */
export function TypingIndicator({
  instanceId,
  conversationId,
}: {
  instanceId: string;
  conversationId: string;
}) {
  const typingQuery = useQuery(typingUsers(instanceId, conversationId));
  const writers = (typingQuery.data?.writers ?? []).filter(({ kind }) => kind !== 'note');
  const names = [...new Set(writers.map(({ name }) => name))];
  return (
    <div role="status">
      {names.length > 0 && (
        <div className={styles.typingIndicator}>
          <IconPencil size={14} aria-hidden />
          {t('composer.answering', { count: names.length, names: formatList(names) })}
        </div>
      )}
    </div>
  );
}
