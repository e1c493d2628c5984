import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { typingUsers } from '../../../api/queries.ts';
import { words } from '../../../words/words.ts';
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
  const names = (typingQuery.data?.writers ?? [])
    .filter(({ kind }) => kind !== 'note')
    .map(({ name }) => name);
  return (
    <div role="status">
      {names.length > 0 && (
        <div className={styles.answering}>
          <IconPencil size={14} aria-hidden />
          {words.composer.answering([...new Set(names)])}
        </div>
      )}
    </div>
  );
}
