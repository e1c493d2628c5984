import { ActionIcon, type ActionIconProps, Tooltip } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';

/** A button of the toolbar of selected conversations. */
export function ToolbarButton({
  name,
  shortcut,
  icon,
  onClick,
}: {
  name: string;
  shortcut?: string;
  icon: ReactNode;
  onClick(): void;
}) {
  return (
    <Tooltip label={shortcut ? `${name} · ${shortcut}` : name}>
      <ActionIcon variant="subtle" color="gray" size={30} aria-label={name} onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

/** The button of a menu; takes the props of Menu.Target. */
export function MenuButton({
  name,
  shortcut,
  ...props
}: { name: string; shortcut: string } & ComponentProps<'button'> & ActionIconProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={30}
      aria-label={name}
      title={`${name} · ${shortcut}`}
      {...props}
    />
  );
}
