import { useMutation } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { postAuth, withProblemText } from '../../api/auth-client.ts';
import type { ProblemError } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { CardForm } from '../../ui/card-form.tsx';
import { RequiredPasswordInput, RequiredTextInput } from '../../ui/required-input.tsx';

/** The first step of signing in; `knownEmail` is that of the one user who can go on, else it is asked for. */
export function PasswordSignIn({
  knownEmail,
  passwordRef,
  onDone,
  onNeedsCode,
}: {
  knownEmail?: string;
  passwordRef?: RefObject<HTMLInputElement | null>;
  onDone(): void;
  /** Called instead of `onDone` where a second step follows. */
  onNeedsCode(): void;
}) {
  const [email, setEmail] = useState(knownEmail ?? '');
  const [password, setPassword] = useState('');
  const signIn = useMutation<{ twoFactorRedirect?: boolean }, ProblemError>({
    mutationFn: () =>
      postAuth<{ twoFactorRedirect?: boolean }>('sign-in/email', { email, password }).catch((error) => {
        throw withProblemText(error, t('signIn.wrong'), t('signIn.wrongDetail'));
      }),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect ? onNeedsCode() : onDone()),
  });
  return (
    <CardForm
      onSubmit={() => signIn.mutate()}
      problem={signIn.error}
      submitLabel={t('signIn.submit')}
      isPending={signIn.isPending}
    >
      <RequiredTextInput
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        readOnly={knownEmail !== undefined}
        value={email}
        onChange={({ currentTarget: { value } }) => setEmail(value)}
      />
      <RequiredPasswordInput
        ref={passwordRef ?? null}
        data-autofocus={knownEmail !== undefined || undefined}
        label={t('signIn.password')}
        autoComplete="current-password"
        value={password}
        onChange={({ currentTarget: { value } }) => setPassword(value)}
      />
    </CardForm>
  );
}
