import { Button, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Me, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { RequiredTextInput } from '../../ui/required-input.tsx';

export function RenameInstanceForm({ instance }: { instance: Me['instances'][number] }) {
  const client = useQueryClient();
  const [name, setName] = useState(instance.name);
  const save = useMutation<unknown, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}', {
          params: { path: { instanceId: instance.id } },
          body: { name },
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['me'] });
      notifications.show({ color: 'green', message: t('organizations.saved') });
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
          label={t('organizations.name')}
          description={t('organizations.nameHelp')}
          autoComplete="off"
          maxLength={60}
          w="100%"
          value={name}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <Text size="sm" c="var(--text-muted)">
          {t('organizations.kindOf', { kind: t(`organizations.kinds.${instance.kind}`) })}
        </Text>
        <ProblemAlert problem={save.error} />
        <Button type="submit" loading={save.isPending} disabled={name.trim() === instance.name}>
          {t('organizations.save')}
        </Button>
      </Stack>
    </form>
  );
}
