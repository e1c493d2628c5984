import { Button, Group, Text } from '@mantine/core';
import { t } from '../../../locales/messages.ts';
import { ConfirmButton } from '../../../ui/confirm-button.tsx';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import type { DraftState } from '../draft/draft-content.ts';
import styles from '../styles/composer.module.css';
import { SendButton, type SendOptions } from './send-button.tsx';

/** Whether the draft is saved, and the buttons that discard or send it. */
export function ComposerFooter({
  isNote,
  inConversation,
  status,
  blocked,
  sending,
  onDiscard,
  onSend,
}: {
  isNote: boolean;
  inConversation: boolean;
  /** null: nothing to report. */
  status: Pick<DraftState, 'status' | 'savedAt'> | null;
  blocked: boolean;
  sending: boolean;
  onDiscard(): void;
  onSend(options: SendOptions): void;
}) {
  return (
    <footer className={styles.footer}>
      <Text size="xs" c="var(--text-muted)" aria-live="polite">
        {status && statusText(status)}
      </Text>
      <Group gap="xs">
        <ConfirmButton
          size="xs"
          color="gray"
          label={t('composer.discard')}
          confirmLabel={t('composer.discardDraft')}
          cancelLabel={t('composer.keepDraft')}
          confirm={status !== null}
          onConfirm={onDiscard}
        />
        {isNote ? (
          <Button size="xs" loading={sending} disabled={blocked} onClick={() => onSend({})}>
            {t('composer.addNote')}
          </Button>
        ) : (
          <SendButton disabled={blocked} loading={sending} inConversation={inConversation} onSend={onSend} />
        )}
      </Group>
    </footer>
  );
}

function statusText({ status, savedAt }: Pick<DraftState, 'status' | 'savedAt'>): string {
  if (status === 'local') return t('composer.kept');
  if (status === 'saving' && !savedAt) return t('composer.saving');
  return savedAt ? t('composer.saved', { clock: formatClockTime(savedAt, new Date()) }) : '';
}
