import { PasswordInput } from '@mantine/core';
import { words } from '../../words/words.ts';

/** The field for a new password; the server checks it. */
export function NewPasswordField({ value, onChange }: { value: string; onChange(value: string): void }) {
  return (
    <PasswordInput
      label={words.account.newPassword}
      description={words.account.newPasswordHelp}
      autoComplete="new-password"
      required
      withAsterisk={false}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
