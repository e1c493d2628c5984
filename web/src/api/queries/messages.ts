import { queryOptions } from '@tanstack/react-query';
import { api, unwrapResponse } from '../client.ts';
import { instanceParams } from './instance-params.ts';

export const messageSource = (instanceId: string, messageId: string) =>
  queryOptions({
    queryKey: [instanceId, 'source', messageId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/messages/{messageId}/source', {
          params: { path: { instanceId, messageId } },
        }),
      ),
  });

/** A message attached to a message, opened; `path` leads to one attached deeper. It may be redacted: it is not kept. */
export const attachedMessage = (instanceId: string, attachmentId: string, path: string) =>
  queryOptions({
    queryKey: [instanceId, 'attached-message', attachmentId, path],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/attachments/{attachmentId}/message', {
          params: { path: { instanceId, attachmentId }, query: { path } },
        }),
      ),
    gcTime: 0,
  });

/** The text of a text file, as `attachedMessage`. */
export const attachmentText = (instanceId: string, attachmentId: string, path: string) =>
  queryOptions({
    queryKey: [instanceId, 'attachment-text', attachmentId, path],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/attachments/{attachmentId}/text', {
          params: { path: { instanceId, attachmentId }, query: { path } },
        }),
      ),
    gcTime: 0,
  });

/** Where a passage occurs, before it is redacted. */
export const passageOccurrences = (instanceId: string, messageId: string, passage: string) =>
  queryOptions({
    queryKey: [instanceId, 'passage-occurrences', messageId, passage],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/messages/{messageId}/passage', {
          params: { path: { instanceId, messageId } },
          body: { passage },
        }),
      ),
    enabled: passage.trim().length > 0,
    // Content that will be redacted must not stay in the cache.
    gcTime: 0,
  });

export const contentSettings = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'content-settings'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/content-settings', { params: instanceParams(instanceId) }),
      ),
  });
