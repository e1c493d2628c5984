import { ActionIcon, Popover } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';

/** A button in the search field that opens a panel below it. */
export function SearchPopover({
  label,
  icon,
  width,
  padding,
  opened,
  onChange,
  children,
}: {
  label: string;
  icon: ReactNode;
  /** In pixels. */
  width: number;
  padding?: 'xs';
  opened: boolean;
  onChange(opened: boolean): void;
  children: ReactNode;
}) {
  return (
    <Popover opened={opened} onChange={onChange} width={width} trapFocus returnFocus position="bottom-end">
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={label}
          title={label}
          onClick={() => onChange(true)}
        >
          {icon}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown {...(padding && { p: padding })}>
        <Suspense>{children}</Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
