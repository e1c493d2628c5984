import { Menu, Popover, Text } from '@mantine/core';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { t } from '../locales/messages.ts';
import { formatShortTime } from './format-short-time.ts';
import { TimeInput } from './time-input.tsx';
import { timePresets } from './time-presets.ts';
import { useSuspendedKeys } from './use-keyboard-shortcuts.ts';

/** Until when something is put off: what is chosen most, or a time as one types it, which may be begun at once. */
export function SnoozeMenu({
  opened,
  setOpened,
  action,
  onSelect,
  children,
}: {
  opened: boolean;
  setOpened(opened: boolean): void;
  /** What choosing does: "Snooze". */
  action: string;
  onSelect(at: Date): void;
  /** The button it opens at. */
  children: ReactNode;
}) {
  const [typedText, setTypedText] = useState<string | null>(null);
  useSuspendedKeys(opened || typedText !== null);
  const startTyping = (text: string) => {
    setOpened(false);
    setTypedText(text);
  };
  const onTypeAhead = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.length !== 1 || event.key === ' ' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    startTyping(event.key);
  });
  // Wherever the focus is: it comes to the menu a moment after that is seen.
  useEffect(() => {
    if (!opened) return;
    document.addEventListener('keydown', onTypeAhead, true);
    return () => document.removeEventListener('keydown', onTypeAhead, true);
  }, [opened]);
  return (
    <Popover
      opened={typedText !== null}
      onChange={(open) => !open && setTypedText(null)}
      position="bottom-start"
      width={260}
      trapFocus
      returnFocus
      withinPortal
      // Its target is a place: the button in it is the menu's.
      withRoles={false}
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <span>
          <Menu
            position="bottom-start"
            opened={opened}
            onChange={setOpened}
            transitionProps={{ duration: 0 }}
            // To what is typed into, where typing closes it.
            returnFocus={typedText === null}
          >
            <Menu.Target>{children}</Menu.Target>
            <Menu.Dropdown>
              {timePresets(new Date()).map(({ name, at }) => (
                <Menu.Item
                  key={name}
                  rightSection={
                    <Text size="xs" c="var(--quiet)">
                      {formatShortTime(at, new Date())}
                    </Text>
                  }
                  onClick={() => onSelect(at)}
                >
                  {t(`timePresets.${name}`)}
                </Menu.Item>
              ))}
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
