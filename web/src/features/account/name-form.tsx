import { Button, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { ProblemAlert } from '../../ui/card-page.tsx';
import { words } from '../../words/words.ts';

/** Edits the user's name; the address is read-only. */
export function NameForm({ user }: { user: Me['user'] }) {
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const save = useMutation<unknown, ProblemError>({
    mutationFn: () => unwrapResponse(api.PATCH('/api/me', { body: { name } })),
    onSuccess: async () => {
      await client.invalidateQueries();
      notifications.show({ color: 'green', message: words.account.you.saved });
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
        <TextInput
          label={words.account.you.name}
          description={words.account.you.nameHelp}
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={100}
          w="100%"
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <TextInput
          label={words.account.you.email}
          description={words.account.you.emailHelp}
          value={user.email}
          readOnly
          variant="filled"
          w="100%"
        />
        <ProblemAlert problem={save.error} />
        <Button type="submit" loading={save.isPending} disabled={name.trim() === user.name}>
          {words.account.you.save}
        </Button>
      </Stack>
    </form>
  );
}
