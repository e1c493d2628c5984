import { Popover } from '@mantine/core';
import { type ReactNode, Suspense } from 'react';
import { SearchButton } from './search-button.tsx';

export type SearchPanelProps = {
  label: string;
  icon: ReactNode;
  /** In pixels. */
  width: number;
  padding?: 'xs';
  opened: boolean;
  onChange(opened: boolean): void;
  children: ReactNode;
};

/** A button in the search field and the panel below it. */
export default function SearchPopover({
  label,
  icon,
  width,
  padding,
  opened,
  onChange,
  children,
}: SearchPanelProps) {
  return (
    <Popover opened={opened} onChange={onChange} width={width} trapFocus returnFocus position="bottom-end">
      <Popover.Target>
        <SearchButton label={label} icon={icon} onClick={() => onChange(true)} />
      </Popover.Target>
      <Popover.Dropdown {...(padding && { p: padding })}>
        <Suspense>{children}</Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
