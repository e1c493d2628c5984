import { t } from '../../locales/messages.ts';
import { RequiredPasswordInput } from '../../ui/required-input.tsx';

/** The field for a new password; the server checks it. */
export function NewPasswordField({ value, onChange }: { value: string; onChange(value: string): void }) {
  return (
    <RequiredPasswordInput
      label={t('account.newPassword')}
      description={t('account.newPasswordHelp')}
      autoComplete="new-password"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
