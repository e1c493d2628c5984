import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp, IconArrowBackUpDouble, IconArrowForwardUp, IconNote } from '@tabler/icons-react';
import { t } from '../locales/messages.ts';
import { useKeyboardShortcuts } from '../ui/use-keyboard-shortcuts.ts';
import styles from './inbox.module.css';
import type { ComposerState } from './use-prepared-composer.ts';

type ConversationAction = { icon: typeof IconNote; name: string; shortcut: string; run(): void };

/** The ways to answer a conversation, each also on its key. */
export function useConversationActions(
  openComposer: (kind: ComposerState['kind'], all?: boolean) => void,
): ConversationAction[] {
  const actions = [
    {
      icon: IconArrowBackUp,
      name: t('composer.reply'),
      shortcut: 'r',
      run: () => openComposer('reply'),
    },
    {
      icon: IconArrowBackUpDouble,
      name: t('composer.replyAll'),
      shortcut: 'a',
      run: () => openComposer('reply', true),
    },
    {
      icon: IconArrowForwardUp,
      name: t('composer.forward'),
      shortcut: 'f',
      run: () => openComposer('forward'),
    },
    { icon: IconNote, name: t('composer.note'), shortcut: 'n', run: () => openComposer('note') },
  ];
  useKeyboardShortcuts(Object.fromEntries(actions.map(({ shortcut, run }) => [shortcut, run])));
  return actions;
}

/** The actions as buttons; the one with the shortcut `focused` has the focus. */
export function ConversationActions({
  actions,
  focused,
}: {
  actions: ConversationAction[];
  focused: string | null;
}) {
  return (
    <div className={styles.actions}>
      {actions.map(({ icon: Icon, name, shortcut, run }) => (
        <Button
          key={shortcut}
          variant="default"
          size="sm"
          leftSection={<Icon size={16} aria-hidden />}
          rightSection={
            <Kbd size="xs" className="hide-on-mobile" aria-hidden>
              {shortcut}
            </Kbd>
          }
          autoFocus={shortcut === focused}
          onClick={run}
        >
          {name}
        </Button>
      ))}
    </div>
  );
}
