import { Button, Group, Modal, Text } from '@mantine/core';
import { words } from '../../words/words.ts';

/** Asks before unsaved changes are given up. */
export function LeaveDialog({ stay, leave }: { stay(): void; leave(): void }) {
  return (
    <Modal
      opened
      onClose={stay}
      title={<b>{words.templates.leaveTitle}</b>}
      centered
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text>{words.templates.leaveText}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={stay} data-autofocus>
          {words.templates.stay}
        </Button>
        <Button color="red" onClick={leave}>
          {words.templates.leave}
        </Button>
      </Group>
    </Modal>
  );
}
