import { Text } from '@mantine/core';
import { t } from '../../locales/messages.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

/** Asks before unsaved changes are discarded. */
export function UnsavedChangesDialog({ onStay, onLeave }: { onStay(): void; onLeave(): void }) {
  return (
    <ConfirmDialog
      title={t('templates.leaveTitle')}
      keepLabel={t('templates.stay')}
      confirmLabel={t('templates.leave')}
      onClose={onStay}
      onConfirm={onLeave}
    >
      <Text>{t('templates.leaveText')}</Text>
    </ConfirmDialog>
  );
}
