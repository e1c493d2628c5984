import { Kbd, Modal, Table } from '@mantine/core';
import { words } from '../../words/words.ts';

/** The keys of each shortcut, by the name of its text. */
const keys: Array<[string[], keyof typeof words.shortcuts]> = [
  [['j'], 'next'],
  [['k'], 'previous'],
  [['r'], 'reply'],
  [['a'], 'replyAll'],
  [['f'], 'forward'],
  [['n'], 'note'],
  [['c'], 'newMessage'],
  [['e'], 'done'],
  [['s'], 'snooze'],
  [['i'], 'mine'],
  [['l'], 'tag'],
  [['x'], 'select'],
  [['u'], 'unread'],
  [['/'], 'search'],
  [['⌘ / Ctrl', 'k'], 'palette'],
  [['enter'], 'open'],
  [['esc'], 'back'],
  [['⌘ / Ctrl', 'enter'], 'send'],
  [['g', 'i m u d'], 'go'],
  [['?'], 'help'],
];

/** A list of all keyboard shortcuts. */
export default function KeyboardShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{words.shortcuts.title}</b>}
      closeButtonProps={{ 'aria-label': words.close }}
      centered
    >
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {keys.map(([pressed, name]) => (
            <Table.Tr key={name}>
              <Table.Td w={170}>
                {pressed.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{words.shortcuts[name]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
