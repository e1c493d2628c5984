import { Modal, type ModalProps } from '@mantine/core';
import { t } from '../locales/messages.ts';
import { useReturnFocus } from './use-return-focus.ts';

/** A dialog, rendered while it is open. When it is closed, what opened it has the focus again. */
export function Dialog({ title, ...props }: Omit<ModalProps, 'opened'>) {
  useReturnFocus();
  return (
    <Modal
      opened
      centered
      title={typeof title === 'string' ? <b>{title}</b> : title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      {...props}
    />
  );
}
