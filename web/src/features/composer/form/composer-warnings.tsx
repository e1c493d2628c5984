import { Button, Group } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import { ReconnectLink } from '../../../ui/disconnected-mailbox.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import type { ChosenSender } from '../../../ui/sender-options.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import styles from '../styles/composer.module.css';

/** Warnings before sending: the state of the mailbox, a conflict with another window, removed card numbers. */
export function ComposerWarnings({
  sender,
  isNote,
  draft: { state, conflict, notice, resolve },
}: {
  sender: ChosenSender | undefined;
  isNote: boolean;
  draft: OpenDraft;
}) {
  const otherText = conflict && htmlToText(conflict.html);
  return (
    <>
      {sender?.state === 'disconnected' && (
        <div className={styles.disconnected} role="status">
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
      {sender?.missingAlias && (
        <div className={styles.disconnected} role="status">
          {t('composer.aliasNotAccepted', { alias: sender.missingAlias })}
        </div>
      )}
      {conflict && (
        <div className={styles.conflict} role="alert">
          <b>{t('composer.conflict.title')}</b>
          <span className={styles.excerpt}>{otherText || t('composer.conflict.nothing')}</span>
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
      {notice === 'deleted' && (
        <div className={styles.limited} role="status">
          {t('composer.gone')}
        </div>
      )}
    </>
  );
}
