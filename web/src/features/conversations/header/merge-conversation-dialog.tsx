import { Button, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Conversation, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { conversationList } from '../../../api/queries.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { words } from '../../../words/words.ts';

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
  const said = words.joining;
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
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/conversations/{conversationId}/merge', {
          params: { path: { instanceId, conversationId: conversation.id } },
          body: { fromId },
        }),
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
      title={<b>{said.merge}</b>}
      centered
      size="lg"
      closeButtonProps={{ 'aria-label': words.close }}
    >
      <Text size="sm" mb="sm">
        {said.mergeText}
      </Text>
      <TextInput
        type="search"
        aria-label={said.find}
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
            aria-label={said.mergeConfirm(one.subject || words.list.noSubject)}
            rightSection={
              <Text span size="xs" c="var(--quiet)">
                {one.customer.name} · <RelativeTime at={one.lastMessageAt} />
              </Text>
            }
            disabled={merge.isPending}
            onClick={() => merge.mutate(one.id)}
          >
            {one.subject || words.list.noSubject}
          </Button>
        ))}
        {query.isSuccess && found.length === 0 && (
          <Text size="sm" c="var(--quiet)">
            {said.noOther}
          </Text>
        )}
      </Stack>
      {merge.error && (
        <Text c="var(--red)" mt="sm" role="alert">
          {merge.error.message} {merge.error.remedy}
        </Text>
      )}
    </Modal>
  );
}
