import { Button, Checkbox } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { postAuth, withProblemText } from '../../api/auth-client.ts';
import type { ProblemError } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CardForm } from '../../ui/card-form.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';

/** The second step of signing in: a code from the authenticator app, or a backup code. */
export function TwoFactorSignIn({ onDone, onBack }: { onDone(): void; onBack(): void }) {
  const [code, setCode] = useState('');
  const [trustDevice, setTrustDevice] = useState(false);
  const confirm = useMutation<unknown, ProblemError>({
    mutationFn: async () => {
      const typed = code.replace(/\s/g, '');
      const path = /^\d{6}$/.test(typed) ? 'verify-totp' : 'verify-backup-code';
      await postAuth(`two-factor/${path}`, { code: typed, trustDevice }).catch((error: ProblemError) => {
        const isExpired = error.code === 'INVALID_TWO_FACTOR_COOKIE' || /TOO_MANY/.test(error.code);
        throw isExpired
          ? withProblemText(error, t('account.signIn.tooLate'), t('account.signIn.tooLateDetail'))
          : withProblemText(error, t('account.signIn.wrongCode'), t('account.signIn.wrongCodeDetail'));
      });
    },
    onSuccess: onDone,
  });
  return (
    <CardForm
      onSubmit={() => confirm.mutate()}
      problem={confirm.error}
      submitLabel={t('account.signIn.confirm')}
      isPending={confirm.isPending}
      below={
        <Button variant="subtle" color="gray" onClick={onBack}>
          {t('account.signIn.back')}
        </Button>
      }
    >
      <RequiredTextInput
        label={t('account.signIn.code')}
        autoComplete="one-time-code"
        autoFocus
        data-autofocus
        value={code}
        onChange={({ currentTarget: { value } }) => setCode(value)}
      />
      <Checkbox
        label={t('account.signIn.trust')}
        checked={trustDevice}
        onChange={({ currentTarget: { checked } }) => setTrustDevice(checked)}
      />
    </CardForm>
  );
}
