import { Anchor } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { signInProviders } from '../api/queries/account.ts';
import { PasswordSignIn } from '../features/account/password-sign-in.tsx';
import { beginSignIn, ProviderButtons } from '../features/account/provider-button.tsx';
import { TwoFactorSignIn } from '../features/account/two-factor-sign-in.tsx';
import { t } from '../locales/messages.ts';
import { CardPage } from '../ui/card-page.tsx';
import { LoadingState } from '../ui/states.tsx';

export default function SignInPage() {
  const [needsCode, setNeedsCode] = useState(false);
  const { to } = useSearch({ strict: false }) as { to?: string };
  const navigate = useNavigate();
  const client = useQueryClient();
  const { data, isLoading } = useQuery(signInProviders);
  // Only a path of this site: no open redirect.
  const path = to && /^\/(?![/\\])/.test(to) ? to : '/';
  const continueToApp = () => {
    client.clear();
    void navigate({ to: path });
  };
  // The buttons of providers are above the form, and would move it.
  if (isLoading) return <LoadingState />;
  if (data?.withoutUsers)
    return <CardPage title={t('account.firstRun.title')} text={t('account.firstRun.linkInTerminal')} />;
  if (needsCode) {
    return (
      <CardPage title={t('account.signIn.codeTitle')} text={t('account.signIn.codeText')}>
        <TwoFactorSignIn onDone={continueToApp} onBack={() => setNeedsCode(false)} />
      </CardPage>
    );
  }
  return (
    <CardPage title={t('signIn.title')}>
      <ProviderButtons begin={(provider) => beginSignIn(provider, path)} />
      <PasswordSignIn onDone={continueToApp} onNeedsCode={() => setNeedsCode(true)} />
      <Anchor size="sm" renderRoot={(props) => <Link {...props} to="/password" />}>
        {t('account.signIn.forgot')}
      </Anchor>
    </CardPage>
  );
}
