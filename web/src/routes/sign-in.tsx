import { Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { postAuth, withProblemText } from '../api/auth-client.ts';
import type { ProblemError } from '../api/client.ts';
import { t } from '../locales/messages.ts';
import { CardPage, ProblemAlert } from '../ui/card-page.tsx';
import { TwoFactorForm } from './two-factor-form.tsx';

export default function SignInPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [needsTwoFactor, setNeedsTwoFactor] = useState(false);
  const { to } = useSearch({ strict: false }) as { to?: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const continueToApp = () => {
    client.clear();
    // Only a path of this site: no open redirect.
    void navigate({ to: to && /^\/(?![/\\])/.test(to) ? to : '/' });
  };
  const signIn = useMutation<{ twoFactorRedirect?: boolean }, ProblemError>({
    mutationFn: () =>
      postAuth<{ twoFactorRedirect?: boolean }>('sign-in/email', { email, password }).catch((error) => {
        throw withProblemText(error, t('signIn.wrong'), t('signIn.wrongDetail'));
      }),
    onSuccess: ({ twoFactorRedirect }) => (twoFactorRedirect ? setNeedsTwoFactor(true) : continueToApp()),
  });
  if (needsTwoFactor) return <TwoFactorForm onDone={continueToApp} onBack={() => setNeedsTwoFactor(false)} />;
  return (
    <CardPage title={t('signIn.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          signIn.mutate();
        }}
        style={{ display: 'grid', gap: 16 }}
      >
        <TextInput
          label={t('signIn.email')}
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
          value={email}
          onChange={({ currentTarget: { value } }) => setEmail(value)}
        />
        <PasswordInput
          label={t('signIn.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={({ currentTarget: { value } }) => setPassword(value)}
        />
        <ProblemAlert problem={signIn.error} />
        <Button type="submit" loading={signIn.isPending}>
          {t('signIn.submit')}
        </Button>
        <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/password" />}>
          {t('account.signIn.forgot')}
        </Anchor>
      </form>
    </CardPage>
  );
}
