import { Button, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';

/** Edits the user's name; the address is read-only. */
export function NameForm({ user }: { user: Me['user'] }) {
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const save = useMutation<unknown, ProblemError>({
    mutationFn: () => unwrapResponse(api.PATCH('/api/me', { body: { name } })),
    onSuccess: async () => {
      await client.invalidateQueries();
      notifications.show({ color: 'green', message: t('account.you.saved') });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md" align="start">
        <RequiredTextInput
          label={t('account.you.name')}
          description={t('account.you.nameHelp')}
          autoComplete="name"
          maxLength={100}
          w="100%"
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <TextInput
          label={t('account.you.email')}
          description={t('account.you.emailHelp')}
          value={user.email}
          readOnly
          styles={{ input: { borderColor: 'transparent', background: 'var(--hover)' } }}
          w="100%"
        />
        <ProblemAlert problem={save.error} />
        <Button type="submit" loading={save.isPending} disabled={name.trim() === user.name}>
          {t('account.you.save')}
        </Button>
      </Stack>
    </form>
  );
}
