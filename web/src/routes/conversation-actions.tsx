import { Button, Kbd } from '@mantine/core';
import { IconArrowBackUp, IconArrowBackUpDouble, IconArrowForwardUp, IconNote } from '@tabler/icons-react';
import { memo, type Ref, useLayoutEffect, useMemo, useRef } from 'react';
import { t } from '../locales/messages.ts';
import { useKeyboardShortcuts } from '../ui/use-keyboard-shortcuts.ts';
import styles from './inbox.module.css';
import type { ComposerState } from './use-prepared-composer.ts';

type ConversationAction = { icon: typeof IconNote; name: string; shortcut: string; run(): void };

/** The ways to answer a conversation, each also on its key. */
export function useConversationActions(
  openComposer: (kind: ComposerState['kind'], all?: boolean) => void,
): ConversationAction[] {
  const actions = useMemo(
    () => [
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
    ],
    [openComposer],
  );
  useKeyboardShortcuts(Object.fromEntries(actions.map(({ shortcut, run }) => [shortcut, run])));
  return actions;
}

/** The actions as buttons; when they are shown, the one with the shortcut `focused` gets the focus. */
export function ConversationActions({
  actions,
  focused,
  isShown,
}: {
  actions: ConversationAction[];
  focused: string | null;
  isShown: boolean;
}) {
  const focusedRef = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isShown) focusedRef.current?.focus();
  }, [isShown]);
  return (
    <div className={styles.actions}>
      {actions.map((action) => (
        <ActionButton
          key={action.shortcut}
          action={action}
          buttonRef={action.shortcut === focused ? focusedRef : null}
        />
      ))}
    </div>
  );
}

const ActionButton = memo(function Action({
  action: { icon: Icon, name, shortcut, run },
  buttonRef,
}: {
  action: ConversationAction;
  buttonRef: Ref<HTMLButtonElement>;
}) {
  return (
    <Button
      ref={buttonRef}
      variant="default"
      size="sm"
      leftSection={<Icon size={16} aria-hidden />}
      rightSection={
        <Kbd size="xs" className="hide-on-mobile" aria-hidden>
          {shortcut}
        </Kbd>
      }
      onClick={run}
    >
      {name}
    </Button>
  );
});
