import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Conversation, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';

/** Merges a chosen conversation into the open one; those of the same customer are offered first. */
export default function MergeConversationDialog({
  instanceId,
  conversation,
  onClose,
}: {
  instanceId: string;
  conversation: Conversation;
  onClose(): void;
}) {
  const client = useQueryClient();
  const [search, setSearch] = useState(`from:${conversation.customer.address}`);
  const [debouncedSearch] = useDebouncedValue(search.trim(), 200);
  const query = useInfiniteQuery({
    ...conversationList(instanceId, { view: 'open', query: debouncedSearch }),
    enabled: debouncedSearch.length > 0,
  });
  const found = (query.data?.pages[0]?.conversations ?? [])
    .filter(({ id }) => id !== conversation.id)
    .slice(0, 8);
  const merge = useMutation<unknown, ProblemError, string>({
    mutationFn: (fromId) =>
      afterEarlierChanges([conversation.id, fromId], () =>
        unwrapResponse(
          api.POST('/api/instances/{instanceId}/conversations/{conversationId}/merge', {
            params: { path: { instanceId, conversationId: conversation.id } },
            body: { fromId },
          }),
        ),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'conversation', conversation.id] });
      void client.invalidateQueries({ queryKey: [instanceId, 'customer'] });
      onClose();
    },
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={<b>{t('merging.merge')}</b>}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text size="sm" mb="sm">
        {t('merging.mergeText')}
      </Text>
      <TextInput
        type="search"
        aria-label={t('merging.find')}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        data-autofocus
      />
      <Stack gap={4} mt="sm">
        {found.map((one) => (
          <Button
            key={one.id}
            variant="default"
            justify="space-between"
            rightSection={
              <Text span size="xs" c="var(--text-muted)">
                {one.customer.name} · <RelativeTime at={one.lastMessageAt} />
              </Text>
            }
            disabled={merge.isPending}
            onClick={() => merge.mutate(one.id)}
          >
            {one.subject || t('list.noSubject')}
          </Button>
        ))}
        {query.isSuccess && found.length === 0 && (
          <Text size="sm" c="var(--text-muted)">
            {t('merging.noOther')}
          </Text>
        )}
      </Stack>
      {merge.error && (
        <Text c="var(--error)" mt="sm" role="alert">
          {merge.error.message} {merge.error.detail}
        </Text>
      )}
    </Modal>
  );
}
