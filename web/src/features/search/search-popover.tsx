import { Popover } from '@mantine/core';
import { Suspense } from 'react';
import { SearchButton } from './search-button.tsx';
import type { SearchPanelProps } from './search-panel.tsx';

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
