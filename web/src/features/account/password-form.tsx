import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { signInWays } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredPasswordInput } from '../../ui/required-input.tsx';
import { NewPasswordField } from './new-password-field.tsx';

/** Changes the password, and asks for the current one; or sets the first one. */
export function PasswordForm({ email }: { email: string }) {
  const ways = useQuery(signInWays);
  // Who signs in with a provider alone sets their first one.
  const isFirst = ways.data?.password === false;
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(api.POST('/api/me/password', { body: { ...(!isFirst && { current }), password } })),
    onSuccess: () => {
      setCurrent('');
      setPassword('');
      void client.invalidateQueries({ queryKey: ['me'] });
      notifications.show({ color: 'green', message: t('account.you.changed') });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
      style={{ display: 'grid', gap: 16, justifyItems: 'start' }}
    >
      {/* For password managers: the account of the password. */}
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <Stack gap="md" w="100%">
        {isFirst ? (
          <Text>{t('account.you.firstPassword')}</Text>
        ) : (
          <RequiredPasswordInput
            label={t('account.you.current')}
            autoComplete="current-password"
            value={current}
            onChange={({ currentTarget: { value } }) => setCurrent(value)}
          />
        )}
        <NewPasswordField value={password} onChange={setPassword} />
        <ProblemAlert problem={change.error} />
      </Stack>
      <Button type="submit" loading={change.isPending}>
        {t(isFirst ? 'account.you.setFirst' : 'account.you.change')}
      </Button>
    </form>
  );
}
