import { UnstyledButton } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';
import styles from './list.module.css';

/** A button of the toolbar of selected conversations: its icon and its name. Takes the props of Menu.Target. */
export function ToolbarButton({
  name,
  shortcut,
  children,
  className,
  ...props
}: { name: string; shortcut?: string; children: ReactNode } & ComponentProps<'button'>) {
  return (
    <UnstyledButton
      // A menu adds a class of its own.
      className={className ? `${styles.toolbarButton} ${className}` : styles.toolbarButton}
      title={shortcut ? `${name} · ${shortcut}` : name}
      {...props}
    >
      {children}
      {name}
    </UnstyledButton>
  );
}
