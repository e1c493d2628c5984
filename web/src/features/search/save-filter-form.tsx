import { Button, Checkbox, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { v7 as uuid } from 'uuid';
import { api, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { filters } from '../../api/queries/conversation-lists.ts';
import { t } from '../../locales/messages.ts';
import { RequiredTextInput } from '../../ui/required-input.tsx';

/** Saves a search as a named filter, shown among the views. */
export default function SaveFilterForm({
  instanceId,
  slug,
  query,
  onClose,
}: {
  instanceId: string;
  slug: string;
  query: string;
  onClose(): void;
}) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const filterId = uuid();
    try {
      await unwrapResponse(
        api.PUT('/api/instances/{instanceId}/filters/{filterId}', {
          params: { path: { instanceId, filterId } },
          body: { name: name.trim(), query, shared },
        }),
      );
      await client.invalidateQueries({ queryKey: filters(instanceId).queryKey });
      onClose();
      void navigate({ to: '/$slug/filter/$filterId', params: { slug, filterId } });
    } catch (error) {
      const { message, detail } = error as ProblemError;
      notifications.show({ color: 'red', title: message, message: detail });
    }
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <Stack gap="sm">
        <RequiredTextInput
          size="sm"
          label={t('filters.name')}
          // The popover took the focus before this form was loaded.
          autoFocus
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox
          size="sm"
          label={t('filters.share')}
          checked={shared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <Button type="submit" size="xs" disabled={name.trim() === ''}>
          {t('filters.saveIt')}
        </Button>
      </Stack>
    </form>
  );
}
