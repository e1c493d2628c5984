import { Button, Group, Modal, Text } from '@mantine/core';
import { t } from '../../locales/messages.ts';

/** Asks before unsaved changes are discarded. */
export function UnsavedChangesDialog({ onStay, onLeave }: { onStay(): void; onLeave(): void }) {
  return (
    <Modal
      opened
      onClose={onStay}
      title={<b>{t('templates.leaveTitle')}</b>}
      centered
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text>{t('templates.leaveText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t('templates.stay')}
        </Button>
        <Button color="red" onClick={onLeave}>
          {t('templates.leave')}
        </Button>
      </Group>
    </Modal>
  );
}
