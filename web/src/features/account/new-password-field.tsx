import { PasswordInput } from '@mantine/core';
import { t } from '../../locales/messages.ts';

/** The field for a new password; the server checks it. */
export function NewPasswordField({ value, onChange }: { value: string; onChange(value: string): void }) {
  return (
    <PasswordInput
      label={t('account.newPassword')}
      description={t('account.newPasswordHelp')}
      autoComplete="new-password"
      required
      withAsterisk={false}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
