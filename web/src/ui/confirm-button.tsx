import { Button, type ButtonProps } from '@mantine/core';
import { useState } from 'react';

/** A button for what cannot be had back: pressed, it asks in place, with the way back first. */
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
  /** Whether there is anything to lose. */
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
