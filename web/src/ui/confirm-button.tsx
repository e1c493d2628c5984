import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';

/** A button for an irreversible action: it asks for confirmation in place, with Cancel first. */
export function ConfirmButton({
  label,
  confirmLabel,
  cancelLabel,
  onConfirm,
  confirm = true,
  ...buttonProps
}: Pick<ButtonProps, 'size' | 'color'> & {
  label: string;
  confirmLabel: string;
  cancelLabel: string;
  onConfirm(): void;
  /** false: nothing would be lost, so no confirmation is needed. */
  confirm?: boolean;
}) {
  const [confirming, setConfirming] = useState(false);
  if (!confirming) {
    return (
      <Button variant="subtle" {...buttonProps} onClick={() => (confirm ? setConfirming(true) : onConfirm())}>
        {label}
      </Button>
    );
  }
  return (
    <>
      <Button
        variant="default"
        {...buttonProps}
        color={undefined}
        onClick={() => setConfirming(false)}
        autoFocus
      >
        {cancelLabel}
      </Button>
      <Button variant="subtle" {...buttonProps} color="red" onClick={onConfirm}>
        {confirmLabel}
      </Button>
    </>
  );
}
