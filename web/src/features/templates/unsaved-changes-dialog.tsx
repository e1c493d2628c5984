import { Button, Group, Text } from '@mantine/core';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** Asks before unsaved changes are discarded. */
export function UnsavedChangesDialog({ onStay, onLeave }: { onStay(): void; onLeave(): void }) {
  return (
    <Dialog onClose={onStay} title={t('templates.leaveTitle')}>
      <Text>{t('templates.leaveText')}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onStay} data-autofocus>
          {t('templates.stay')}
        </Button>
        <Button color="red" onClick={onLeave}>
          {t('templates.leave')}
        </Button>
      </Group>
    </Dialog>
  );
}
