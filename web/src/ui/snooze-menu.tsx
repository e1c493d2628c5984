import { Menu, Popover, Text } from '@mantine/core';
import { type ReactNode, useEffectEvent, useLayoutEffect, useState } from 'react';
import { t } from '../locales/messages.ts';
import { formatShortTime } from './format-short-time.ts';
import { holdKeys } from './hold-keys.ts';
import { TimeInput } from './time-input.tsx';
import { timePresets } from './time-presets.ts';
import { useSuspendedKeys } from './use-keyboard-shortcuts.ts';

/** Chooses a time: one of the presets, or a typed one; typing may start while the menu is open. */
export function SnoozeMenu({
  opened,
  setOpened,
  action,
  onSelect,
  children,
}: {
  opened: boolean;
  setOpened(opened: boolean): void;
  /** The label of the button that applies the time, such as "Snooze". */
  action: string;
  onSelect(at: Date): void;
  /** The button that the menu is placed at. */
  children: ReactNode;
}) {
  const [typedText, setTypedText] = useState<string | null>(null);
  useSuspendedKeys(opened || typedText !== null);
  const startTyping = (text: string) => {
    holdKeys();
    setOpened(false);
    setTypedText(text);
  };
  useTypeAhead(opened, startTyping);
  return (
    <Popover
      opened={typedText !== null}
      onChange={(open) => !open && setTypedText(null)}
      position="bottom-start"
      width={260}
      trapFocus
      returnFocus
      withinPortal
      // The target is a wrapper: the button inside belongs to the menu.
      withRoles={false}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <span>
          <Menu
            position="bottom-start"
            opened={opened}
            onChange={setOpened}
            // Where typing closes the menu, the focus goes to the text field.
            returnFocus={typedText === null}
          >
            <Menu.Target>{children}</Menu.Target>
            <Menu.Dropdown>
              <PresetItems onSelect={onSelect} />
              <Menu.Item onClick={() => startTyping('')}>{t('typedTime.choose')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </Popover.Target>
      <Popover.Dropdown p={8} role="dialog" aria-label={t('typedTime.label')}>
        {typedText !== null && (
          <TimeInput
            action={action}
            initialText={typedText}
            onSelect={(at) => {
              setTypedText(null);
              onSelect(at);
            }}
            onClose={() => setTypedText(null)}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Calls `onType` with the first character that is typed while the menu is open. */
function useTypeAhead(opened: boolean, onType: (text: string) => void): void {
  const onTypeAhead = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onType(event.key);
  });
  // Before the menu, which would go to an item by its first letter, and as soon as it is open.
  useLayoutEffect(() => {
    if (!opened) return;
    document.addEventListener('keydown', onTypeAhead, true);
    return () => document.removeEventListener('keydown', onTypeAhead, true);
  }, [opened]);
}

function PresetItems({ onSelect }: { onSelect(at: Date): void }) {
  return timePresets(new Date()).map(({ name, at }, index) => (
    <Menu.Item
      key={name}
      // Enter chooses it.
      data-autofocus={index === 0 || undefined}
      rightSection={
        <Text size="xs" c="var(--text-muted)">
          {formatShortTime(at, new Date())}
        </Text>
      }
      onClick={() => onSelect(at)}
    >
      {t(`timePresets.${name}`)}
    </Menu.Item>
  ));
}
