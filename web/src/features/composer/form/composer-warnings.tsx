import { Button, Group } from '@mantine/core';
import type { Sender } from '../../../api/client.ts';
import { ReconnectLink } from '../../../ui/disconnected-mailbox.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { htmlToText } from '../../../ui/html-to-text.ts';
import { words } from '../../../words/words.ts';
import type { OpenDraft } from '../draft/use-draft.ts';
import styles from '../styles/composer.module.css';

/** Warnings before sending: the state of the mailbox, a conflict with another window, removed card numbers. */
export function ComposerWarnings({
  sender,
  isNote,
  draft: { state, conflict, notice, resolve },
}: {
  sender: Sender | undefined;
  isNote: boolean;
  draft: OpenDraft;
}) {
  const otherText = conflict && htmlToText(conflict.html);
  return (
    <>
      {sender?.state === 'disconnected' && (
        <div className={styles.broken} role="status">
          {words.composer.willBeHeld(sender.address)}{' '}
          <ReconnectLink mailboxId={sender.mailboxId} address={sender.address} />
        </div>
      )}
      {sender?.state === 'connected' && sender.limitedUntil && (
        <div className={styles.limited} role="status">
          {words.composer.limited(sender.address, formatClockTime(new Date(sender.limitedUntil), new Date()))}
        </div>
      )}
      {conflict && (
        <div className={styles.conflict} role="alert">
          <b>{words.composer.conflict.title}</b>
          <span className={styles.other}>{otherText || words.composer.conflict.nothing}</span>
          <Group gap="xs">
            <Button size="compact-xs" variant="default" onClick={() => resolve('theirs')}>
              {words.composer.conflict.theirs}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => resolve('mine')}>
              {words.composer.conflict.mine}
            </Button>
          </Group>
        </div>
      )}
      {state !== null && state.cardNumbers > 0 && (
        <div className={styles.limited} role="status">
          {isNote ? words.composer.cardsInNote(state.cardNumbers) : words.composer.cards(state.cardNumbers)}
        </div>
      )}
      {notice === 'deleted' && (
        <div className={styles.limited} role="status">
          {words.composer.gone}
        </div>
      )}
    </>
  );
}
