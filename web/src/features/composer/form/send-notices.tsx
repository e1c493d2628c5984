import { Button } from '@mantine/core';
import type { Editor as Tiptap } from '@tiptap/react';
import { type RefObject, useEffect } from 'react';
import { t } from '../../../locales/messages.ts';
import { formatList } from '../../../ui/format.ts';
import { selectText } from '../editor/select-text.ts';
import styles from '../styles/composer.module.css';
import type { useSendDraft } from './use-send-draft.ts';

/** What Send waits for, and why it did nothing. */
export function SendNotices({
  editorRef,
  delivery: { waiting, cancelWait, isStoppedAsBlank, unfilled, answered, sendAnyway },
}: {
  editorRef: RefObject<Tiptap | null>;
  delivery: ReturnType<typeof useSendDraft>;
}) {
  const [first] = unfilled;
  useEffect(() => {
    // Selected, so that the next key replaces it.
    if (first && editorRef.current) selectText(editorRef.current, first);
  }, [first, editorRef]);
  return (
    <>
      {waiting && (
        <div className={styles.conflict} role="status">
          {t('composer.waitsForUploads')}{' '}
          <Button size="compact-xs" variant="default" onClick={cancelWait}>
            {t('composer.doNotSend')}
          </Button>
        </div>
      )}
      {isStoppedAsBlank && (
        <div className={styles.conflict} role="status">
          {t('composer.nothingWritten')}
        </div>
      )}
      {unfilled.length > 0 && (
        <div className={styles.conflict} role="alert">
          <b>{t('composer.unfilled', { count: unfilled.length, placeholders: formatList(unfilled) })}</b>{' '}
          {t('composer.unfilledDetail')}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void sendAnyway()}>
            {t('composer.sendUnfilled')}
          </Button>
        </div>
      )}
      {answered && (
        <div className={styles.conflict} role="alert">
          <b>{answered.message}</b> {answered.detail}{' '}
          <Button size="compact-xs" variant="default" onClick={() => void sendAnyway()}>
            {t('outbox.sendAnyway')}
          </Button>
        </div>
      )}
    </>
  );
}
