import { ActionIcon, type ActionIconProps } from '@mantine/core';
import type { ComponentProps, ReactNode } from 'react';

/** A button in the search field. */
export function SearchButton({
  label,
  icon,
  ...others
}: { label: string; icon: ReactNode } & ActionIconProps & ComponentProps<'button'>) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={label}
      title={label}
      // Pressed, it would take the focus, and the field, which is wider while it has it, would move it off the pointer.
      onMouseDown={(event) => event.preventDefault()}
      {...others}
    >
      {icon}
    </ActionIcon>
  );
}
