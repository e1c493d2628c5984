import { Kbd, Table } from '@mantine/core';
import { t } from '../../locales/messages.ts';
import { Dialog } from '../../ui/dialog.tsx';

/** The keys of each shortcut, and its name in the catalogue. */
const keys = [
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
  [['⇧', 'i'], 'assign'],
  [['l'], 'tag'],
  [['x'], 'select'],
  [['u'], 'unread'],
  [['/'], 'search'],
  [['⌘ / Ctrl', 'k'], 'palette'],
  [['enter'], 'open'],
  [['esc'], 'back'],
  [['⌘ / Ctrl', 'enter'], 'send'],
  [['g', 'i m u d'], 'go'],
  [['g', 'a'], 'account'],
  [['?'], 'help'],
] as const;

/** A list of all keyboard shortcuts. */
export default function KeyboardShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog onClose={onClose} title={t('shortcuts.title')}>
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
              <Table.Td>{t(`shortcuts.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  );
}
