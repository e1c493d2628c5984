import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postAuth, withProblemText } from '../../api/auth-client.ts';
import { ProblemError } from '../../api/client.ts';
import { signInWays } from '../../api/queries/account.ts';
import { announceSignIn } from '../../api/sign-in-channel.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredPasswordInput } from '../../ui/required-input.tsx';
import { AuthenticatorSetup } from './authenticator-setup.tsx';
import { BackupCodes } from './backup-codes.tsx';

type TwoFactorAction = 'enable' | 'disable' | 'generate-backup-codes';
type TwoFactorSetup = { totpURI?: string; backupCodes?: string[] };

/** Turns two-factor authentication on, with an authenticator app, or off, with the password. */
export function TwoFactor({ enabled }: { enabled: boolean }) {
  const client = useQueryClient();
  // The page waits for them.
  const { data: { providers = [], password: hasPassword = true } = {} } = useQuery(signInWays);
  const [action, setAction] = useState<TwoFactorAction | null>(null);
  const [setup, setSetup] = useState<TwoFactorSetup | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const notify = (message: string) => notifications.show({ color: 'green', message });
  const reset = () => {
    setAction(null);
    setSetup(null);
    setConfirmed(false);
  };
  const refresh = () => client.invalidateQueries({ queryKey: ['me'] });
  return (
    <section aria-label={t('account.security.factor')}>
      <Group mb="xs" gap="sm">
        <Title order={2}>{t('account.security.factor')}</Title>
        <Badge
          color={enabled ? 'teal' : 'gray'}
          variant="light"
          autoContrast={false}
          c={enabled ? 'var(--accent)' : 'var(--text-muted)'}
        >
          {enabled ? t('account.security.isOn') : t('account.security.isOff')}
        </Badge>
      </Group>
      <Text mb="md">{t('account.security.factorText')}</Text>
      {providers.length > 0 && (
        <Text mb="md">{t('account.security.factorProviders', { provider: providers[0]!.name })}</Text>
      )}
      {setup?.totpURI && !confirmed ? (
        <AuthenticatorSetup
          uri={setup.totpURI}
          onCancel={reset}
          onDone={() => {
            setConfirmed(true);
            notify(t('account.security.nowOn'));
            void refresh();
          }}
        />
      ) : setup?.backupCodes ? (
        <BackupCodes codes={setup.backupCodes} onDone={reset} />
      ) : !hasPassword ? (
        <Text c="var(--text-muted)">{t('account.security.factorNoPassword')}</Text>
      ) : action ? (
        <ConfirmPassword
          action={action}
          onCancel={reset}
          onDone={(answer) => {
            if (action !== 'disable') return setSetup(answer);
            reset();
            notify(t('account.security.nowOff'));
            void refresh();
          }}
        />
      ) : (
        <Group>
          <Button
            variant={enabled ? 'default' : 'filled'}
            onClick={() => setAction(enabled ? 'disable' : 'enable')}
          >
            {enabled ? t('account.security.turnOff') : t('account.security.turnOn')}
          </Button>
          {enabled && (
            <Button variant="default" onClick={() => setAction('generate-backup-codes')}>
              {t('account.security.newCodes')}
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

function ConfirmPassword({
  action,
  onDone,
  onCancel,
}: {
  action: TwoFactorAction;
  onDone(setup: TwoFactorSetup): void;
  onCancel(): void;
}) {
  const [password, setPassword] = useState('');
  const confirm = useMutation<TwoFactorSetup, ProblemError>({
    mutationFn: () =>
      postAuth<TwoFactorSetup>(`two-factor/${action}`, { password }).catch((error) => {
        throw error instanceof ProblemError && error.code !== 'INVALID_PASSWORD'
          ? error
          : withProblemText(
              error,
              t('account.security.wrongPassword'),
              t('account.security.wrongPasswordDetail'),
            );
      }),
    onSuccess: (setup) => {
      announceSignIn();
      onDone(setup);
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate();
      }}
    >
      <Stack gap="md" maw={400}>
        <RequiredPasswordInput
          label={t('account.security.confirmPassword')}
          autoComplete="current-password"
          autoFocus
          value={password}
          onChange={({ currentTarget: { value } }) => setPassword(value)}
        />
        <ProblemAlert problem={confirm.error} />
        <Group>
          <Button type="submit" color={action === 'disable' ? 'red' : undefined} loading={confirm.isPending}>
            {action === 'disable' ? t('account.security.turnOff') : t('account.security.goOn')}
          </Button>
          <Button variant="subtle" color="gray" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
