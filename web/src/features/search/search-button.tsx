import { ActionIcon, type ActionIconProps } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';

/** A button in the search field. */
export function SearchButton({
  label,
  icon,
  ...others
}: { label: string; icon: ReactNode } & ActionIconProps & ComponentProps<'button'>) {
  return (
    <ActionIcon variant="subtle" color="gray" size={24} aria-label={label} title={label} {...others}>
      {icon}
    </ActionIcon>
  );
}
