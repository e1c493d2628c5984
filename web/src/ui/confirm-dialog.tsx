import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ProblemError } from '../api/client.ts';
import { Dialog } from './dialog.tsx';
import { ProblemText } from './problem-text.tsx';

/** Asks before something that cannot be undone. A field in it has the focus, or else the button that keeps all as it is. */
export function ConfirmDialog({
  title,
  size,
  keepLabel,
  confirmLabel,
  disabled = false,
  pending = false,
  problem = null,
  onClose,
  onConfirm,
  children,
}: {
  title: string;
  size?: string;
  keepLabel: string;
  confirmLabel: string;
  disabled?: boolean;
  pending?: boolean;
  problem?: ProblemError | null;
  onClose(): void;
  onConfirm(): void;
  children: ReactNode;
}) {
  return (
    <Dialog onClose={onClose} title={title} size={size}>
      {children}
      <ProblemText problem={problem} mt="sm" />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {keepLabel}
        </Button>
        <Button color="red" disabled={disabled} loading={pending} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </Group>
    </Dialog>
  );
}
