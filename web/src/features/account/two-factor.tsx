import { Badge, Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { postAuth, withProblemText } from '../../api/auth-client.ts';
import { ProblemError } from '../../api/client.ts';
import { Refusal } from '../../ui/card-page.tsx';
import { words } from '../../words/words.ts';
import { AuthenticatorSetup } from './authenticator-setup.tsx';
import { BackupCodes } from './backup-codes.tsx';

type Wish = 'enable' | 'disable' | 'generate-backup-codes';
type Begun = { totpURI?: string; backupCodes?: string[] };

/** The second step of signing in: turned on with an app and confirmed, turned off with the password. */
export function TwoFactor({ on }: { on: boolean }) {
  const client = useQueryClient();
  const [wish, setWish] = useState<Wish | null>(null);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const say = (message: string) => notifications.show({ color: 'green', message });
  const leave = () => {
    setWish(null);
    setBegun(null);
    setConfirmed(false);
  };
  const { security } = words.account;
  const refresh = () => client.invalidateQueries({ queryKey: ['me'] });
  return (
    <section aria-label={security.factor}>
      <Group mb="xs" gap="sm">
        <Title order={2}>{security.factor}</Title>
        <Badge
          color={on ? 'teal' : 'gray'}
          variant="light"
          autoContrast={false}
          c={on ? 'var(--accent)' : 'var(--quiet)'}
        >
          {on ? security.isOn : security.isOff}
        </Badge>
      </Group>
      <Text mb="md">{security.factorText}</Text>
      {begun?.totpURI && !confirmed ? (
        <AuthenticatorSetup
          uri={begun.totpURI}
          onCancel={leave}
          onDone={() => {
            setConfirmed(true);
            say(security.nowOn);
            void refresh();
          }}
        />
      ) : begun?.backupCodes ? (
        <BackupCodes codes={begun.backupCodes} onDone={leave} />
      ) : wish ? (
        <AskPassword
          wish={wish}
          cancel={leave}
          done={(answer) => {
            if (wish !== 'disable') return setBegun(answer);
            leave();
            say(security.nowOff);
            void refresh();
          }}
        />
      ) : (
        <Group>
          <Button variant={on ? 'default' : 'filled'} onClick={() => setWish(on ? 'disable' : 'enable')}>
            {on ? security.turnOff : security.turnOn}
          </Button>
          {on && (
            <Button variant="default" onClick={() => setWish('generate-backup-codes')}>
              {security.newCodes}
            </Button>
          )}
        </Group>
      )}
    </section>
  );
}

function AskPassword({ wish, done, cancel }: { wish: Wish; done(begun: Begun): void; cancel(): void }) {
  const [password, setPassword] = useState('');
  const { security } = words.account;
  const ask = useMutation<Begun, ProblemError>({
    mutationFn: () =>
      postAuth<Begun>(`two-factor/${wish}`, { password }).catch((error) => {
        throw error instanceof ProblemError && error.code !== 'INVALID_PASSWORD'
          ? error
          : withProblemText(error, security.wrongPassword, security.wrongPasswordRemedy);
      }),
    onSuccess: done,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack gap="md" maw={400}>
        <PasswordInput
          label={security.confirmPassword}
          autoComplete="current-password"
          autoFocus
          required
          withAsterisk={false}
          value={password}
          onChange={({ currentTarget: { value } }) => setPassword(value)}
        />
        <Refusal problem={ask.error} />
        <Group>
          <Button type="submit" color={wish === 'disable' ? 'red' : undefined} loading={ask.isPending}>
            {wish === 'disable' ? security.turnOff : security.goOn}
          </Button>
          <Button variant="subtle" color="gray" onClick={cancel}>
            {words.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
