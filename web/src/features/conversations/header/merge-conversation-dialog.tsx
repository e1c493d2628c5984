import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Conversation, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { afterEarlierChanges } from '../../../api/own-changes.ts';
import { conversationList } from '../../../api/queries/conversation-lists.ts';
import { t } from '../../../locales/messages.ts';
import { ChooseDialog } from '../../../ui/choose-dialog.tsx';
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
    },
  });
  return (
    <ChooseDialog
      title={t('merging.merge')}
      text={t('merging.mergeText')}
      size="lg"
      searchLabel={t('merging.find')}
      search={search}
      onSearch={setSearch}
      query={query}
      found={found.map((one) => ({
        key: one.id,
        label: one.subject || t('list.noSubject'),
        detail: (
          <>
            {one.customer.name} · <RelativeTime at={one.lastMessageAt} />
          </>
        ),
        value: one.id,
      }))}
      noneFound={t('merging.noOther')}
      change={merge}
      onClose={onClose}
    />
  );
}
