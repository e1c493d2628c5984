import { PasswordInput, type PasswordInputProps, TextInput, type TextInputProps } from '@mantine/core';
import { t } from '../locales/messages.ts';
import { useFieldError } from './use-field-error.ts';

/** A text that must be filled in; `invalidText`: what is asked for, where the browser refuses what was typed. */
export function RequiredTextInput({ invalidText, ...props }: TextInputProps & { invalidText?: string }) {
  return <TextInput required withAsterisk={false} {...props} {...useFieldError(invalidText)} />;
}

/** A password that must be filled in. */
export function RequiredPasswordInput(props: PasswordInputProps) {
  return (
    <PasswordInput
      required
      withAsterisk={false}
      visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
      {...props}
      {...useFieldError()}
    />
  );
}
