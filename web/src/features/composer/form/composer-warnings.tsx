import { Button, Group } from '@mantine/core';
import type { Sender } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { ReconnectLink } from '../../../ui/disconnected-mailbox.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import type { useDraft } from '../draft/use-draft.ts';
import styles from '../styles/composer.module.css';

/** What the writer should know before sending: of the address, of card numbers, and of other windows. */
export function ComposerWarnings({
  sender,
  isNote,
  draft: { state, conflict, notice, resolve },
}: {
  sender: Sender | undefined;
  isNote: boolean;
  draft: ReturnType<typeof useDraft>;
}) {
  const otherText = conflict && htmlToText(conflict.html);
  return (
    <>
      {sender?.state === 'disconnected' && (
        <div className={styles.broken} role="status">
          {t('composer.willBeHeld', { address: sender.address })}{' '}
          <ReconnectLink mailboxId={sender.mailboxId} address={sender.address} />
        </div>
      )}
      {sender?.state === 'connected' && sender.limitedUntil && (
        <div className={styles.limited} role="status">
          {t('composer.limited', {
            address: sender.address,
            until: formatClockTime(new Date(sender.limitedUntil), new Date()),
          })}
        </div>
      )}
      {conflict && (
        <div className={styles.conflict} role="alert">
          <b>{t('composer.conflict.title')}</b>
          <span className={styles.other}>{otherText || t('composer.conflict.nothing')}</span>
          <Group gap="xs">
            <Button size="compact-xs" variant="default" onClick={() => resolve('theirs')}>
              {t('composer.conflict.theirs')}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => resolve('mine')}>
              {t('composer.conflict.mine')}
            </Button>
          </Group>
        </div>
      )}
      {state !== null && state.cardNumbers > 0 && (
        <div className={styles.limited} role="status">
          {isNote
            ? t('composer.cardsInNote', { count: state.cardNumbers })
            : t('composer.cards', { count: state.cardNumbers })}
        </div>
      )}
      {notice === 'gone' && (
        <div className={styles.limited} role="status">
          {t('composer.gone')}
        </div>
      )}
    </>
  );
}
