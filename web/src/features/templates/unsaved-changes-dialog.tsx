import { Button, Group, Modal, Text } from '@mantine/core';
import { words } from '../../words/words.ts';

/** Asks before unsaved changes are discarded. */
export function UnsavedChangesDialog({ onStay, onLeave }: { onStay(): void; onLeave(): void }) {
  return (
    <Modal
      opened
      onClose={onStay}
      title={<b>{words.templates.leaveTitle}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text>{words.templates.leaveText}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onStay} data-autofocus>
          {words.templates.stay}
        </Button>
        <Button color="red" onClick={onLeave}>
          {words.templates.leave}
        </Button>
      </Group>
    </Modal>
  );
}
