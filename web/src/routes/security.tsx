import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessions, signInWays } from '../api/queries/account.ts';
import { Sessions } from '../features/account/sessions.tsx';
import { SignInWays } from '../features/account/sign-in-ways.tsx';
import { TwoFactor } from '../features/account/two-factor.tsx';
import { t } from '../locales/messages.ts';
import { SettingsSubpage } from './settings-subpage.tsx';
import { useAppContext } from './shell.tsx';

/** Settings > Sign-in and security. */
export default function SecurityPage() {
  const { me } = useAppContext();
  const queries = [useQuery(signInWays), useQuery(sessions)];
  return (
    <SettingsSubpage
      title={t('account.security.title')}
      isLoading={queries.some(({ isPending }) => isPending)}
    >
      <Stack gap={36} maw={640}>
        <SignInWays />
        <TwoFactor enabled={me.user.twoFactor} />
        <Sessions />
      </Stack>
    </SettingsSubpage>
  );
}
