import { useQuery } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { unreadableMessages, viewCounts } from '../../../api/queries/conversation-lists.ts';
import { lazyPart } from '../../../locales/lazy.ts';
import { t } from '../../../locales/messages.ts';
import styles from './unreadable.module.css';

const UnreadableDialog = lazyPart(() => import('./unreadable-dialog.tsx'));

/**
 * Says that messages cannot be read (R10), with a dialog that lists them: those of a conversation or of a
 * mailbox if one is given, otherwise all.
 */
export function UnreadableNotice({
  instanceId,
  slug,
  mailboxId,
  conversationId,
}: {
  instanceId: string;
  slug: string;
  mailboxId?: string | undefined;
  conversationId?: string;
}) {
  const [open, setOpen] = useState(false);
  const counts = useQuery(viewCounts(instanceId));
  const hasAny = counts.data?.mailboxes.some(({ unreadable }) => unreadable > 0) ?? false;
  const query = useQuery({ ...unreadableMessages(instanceId), enabled: hasAny });
  const messages = (hasAny ? (query.data?.messages ?? []) : []).filter(
    (message) =>
      (!mailboxId || message.mailboxId === mailboxId) &&
      (!conversationId || message.conversationId === conversationId),
  );
  if (messages.length === 0 && !open) return null;
  return (
    <>
      <div className={styles.bar} role="status">
        <span>{t('unreadable.count', { count: messages.length })}</span>
        <button type="button" className={styles.link} onClick={() => setOpen(true)}>
          {t('unreadable.show')}
        </button>
      </div>
      {open && (
        <Suspense>
          <UnreadableDialog
            instanceId={instanceId}
            slug={slug}
            messages={messages}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
