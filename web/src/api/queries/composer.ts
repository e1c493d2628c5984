import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

/** The proposed recipients of a reply; `cc`: of a reply to all. */
export const replyDefaults = (instanceId: string, conversationId: string) =>
  queryOptions({
    queryKey: [instanceId, 'conversation', conversationId, 'reply'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/conversations/{conversationId}/reply-defaults', {
          params: { path: { instanceId, conversationId }, query: { all: 'true' } as never },
        }),
      ),
  });

/** The earlier messages that a reply to these recipients could quote. */
export const quotableMessages = (
  instanceId: string,
  conversationId: string,
  { mailboxId, to, cc, bcc }: { mailboxId: string | null; to: string[]; cc: string[]; bcc: string[] },
) =>
  queryOptions({
    queryKey: [instanceId, 'conversation', conversationId, 'quotable', { mailboxId, to, cc, bcc }],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/conversations/{conversationId}/quotable-messages', {
          params: { path: { instanceId, conversationId } },
          body: { mailboxId: mailboxId!, to, cc, bcc },
        }),
      ),
    enabled: mailboxId !== null,
  });

export const templates = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'templates'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/templates', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
    staleTime: 60_000,
  });

export const template = (instanceId: string, templateId: string) =>
  queryOptions({
    queryKey: [instanceId, 'templates', templateId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/templates/{templateId}', {
          params: { path: { instanceId, templateId } },
        }),
      ),
  });

/** The user's drafts in a conversation; null: their new messages. */
export const drafts = (instanceId: string, conversationId: string | null) =>
  queryOptions({
    queryKey: [instanceId, 'drafts', conversationId ?? ''],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/drafts', {
          params: {
            ...instanceParams(instanceId),
            query: { ...query, ...(conversationId && { conversationId }) },
          },
        }),
      ),
    staleTime: 0,
  });

export const writingSettings = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'writing-settings'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/writing-settings', { params: instanceParams(instanceId) }),
      ),
  });

export const savedReplies = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'saved-replies'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/saved-replies', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
    staleTime: 60_000,
  });
