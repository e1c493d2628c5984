import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSuspendedKeys } from '../../../ui/use-keyboard-shortcuts.ts';
import { ReturnFocus } from '../../../ui/use-return-focus.ts';

/** A menu that a key or its button opens; while it is open, keys are its own. */
export function KeyMenu({
  label,
  opened,
  setOpened,
  button,
  children,
}: {
  label: string;
  opened: boolean;
  setOpened(opened: boolean): void;
  /** The button that the menu is placed at. */
  button: ReactNode;
  children: ReactNode;
}) {
  useSuspendedKeys(opened);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-start"
      width={240}
      trapFocus
      withinPortal
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown p={6} aria-label={label}>
        <ReturnFocus />
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}
