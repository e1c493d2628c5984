import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconKey, IconLock } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse, type SignInWays as Ways } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { signInWays } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredPasswordInput } from '../../ui/required-input.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { beginSignIn, goToProvider } from './provider-button.tsx';

type Provider = Ways['providers'][number];

/** The ways in which the user can sign in: the password, and the accounts that they connect and disconnect. */
export function SignInWays() {
  const query = useQuery(signInWays);
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { password, providers } = query.data;
  if (providers.length === 0) return null;
  return (
    <section aria-label={t('account.ways.title')}>
      <Title order={2} mb="xs">
        {t('account.ways.title')}
      </Title>
      <Text mb="md">{t('account.ways.text')}</Text>
      <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        <Group component="li" wrap="nowrap" gap="sm">
          <IconLock size={20} aria-hidden color="var(--text-muted)" style={{ flexShrink: 0 }} />
          <div>
            <Text>{t('account.you.password')}</Text>
            <Text size="sm" c="var(--text-muted)">
              {password ? t('account.ways.hasPassword') : t('account.ways.noPassword')}
            </Text>
          </div>
        </Group>
        {providers.map((provider) => (
          <li key={provider.id}>
            <ProviderWay provider={provider} ways={query.data} to={location.pathname} />
          </li>
        ))}
      </Stack>
    </section>
  );
}

/** One provider: connect it, or disconnect the account that is connected. `to`: where connecting comes back to. */
export function ProviderWay({ provider, ways, to }: { provider: Provider; ways: Ways; to: string }) {
  const [isAsking, setAsking] = useState(false);
  const [password, setPassword] = useState('');
  const { id, name, identity } = provider;
  const change = useChange(provider, to, () => setAsking(false));
  // Who has no password signs in again with what they have.
  const again = ways.providers.find((one) => one.identity !== null);
  const needsPassword = !ways.isFresh && ways.password;
  const needsSignIn = !ways.isFresh && !ways.password && again;
  const start = () => {
    if (needsPassword) setAsking(true);
    else if (needsSignIn) void beginSignIn(needsSignIn.id, to).then(goToProvider);
    else change.mutate({});
  };
  return (
    <Stack gap="sm">
      <Group wrap="nowrap" gap="sm">
        <IconKey size={20} aria-hidden color="var(--text-muted)" style={{ flexShrink: 0 }} />
        <div style={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
          <Group gap="xs">
            <Text>{name}</Text>
            {identity && (
              <Badge color="teal" variant="light" autoContrast={false} c="var(--accent)">
                {t('account.ways.connected')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="var(--text-muted)">
            {identity
              ? t('account.ways.usedAs', {
                  account: identity.email ?? name,
                  when: formatClockTime(new Date(identity.usedAt), new Date()),
                })
              : t('account.ways.notConnected')}
          </Text>
        </div>
        <Button
          variant="default"
          size="xs"
          aria-label={t(identity ? 'account.ways.disconnectOf' : 'account.ways.connectOf', {
            provider: name,
          })}
          loading={change.isPending}
          onClick={start}
        >
          {needsSignIn
            ? t('account.ways.signInAgain')
            : t(identity ? 'account.ways.disconnect' : 'account.ways.connect')}
        </Button>
      </Group>
      {isAsking && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate({ password });
          }}
        >
          <Stack gap="sm" maw={400} pl={32}>
            <RequiredPasswordInput
              label={t('account.security.confirmPassword')}
              autoComplete="current-password"
              autoFocus
              value={password}
              onChange={({ currentTarget: { value } }) => setPassword(value)}
            />
            <Group>
              <Button type="submit" size="xs" color={identity ? 'red' : undefined} loading={change.isPending}>
                {t(identity ? 'account.ways.disconnectOf' : 'account.ways.connectOf', { provider: name })}
              </Button>
              <Button variant="subtle" color="gray" size="xs" onClick={() => setAsking(false)}>
                {t('common.cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
      <ProblemAlert key={id} problem={change.error} />
    </Stack>
  );
}

/** Goes to the provider to connect an account, or disconnects the one that is connected. */
function useChange({ id, name, identity }: Provider, to: string, onDone: () => void) {
  const client = useQueryClient();
  const params = { path: { provider: id } };
  return useMutation<unknown, ProblemError, { password?: string }>({
    mutationFn: async (body) => {
      const path = '/api/me/sign-in-ways/{provider}';
      if (identity) return unwrapResponse(api.DELETE(path, { params, body }));
      return goToProvider(await unwrapResponse(api.POST(path, { params, body: { ...body, to } })));
    },
    onSuccess: async () => {
      onDone();
      await client.invalidateQueries({ queryKey: ['me'] });
      notifications.show({ color: 'green', message: t('account.ways.disconnected', { provider: name }) });
    },
  });
}
