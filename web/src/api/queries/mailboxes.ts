import { queryOptions } from '@tanstack/react-query';
import type { paths } from '../../../../client/src/generated/schema.ts';
import { api, unwrapResponse } from '../client.ts';
import { fetchWholeList, instanceParams } from './instance-params.ts';

export const senders = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', 'senders'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/senders', { params: { ...instanceParams(instanceId), query } }),
      ),
  });

export const mailboxes = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/mailboxes', {
          params: { ...instanceParams(instanceId), query },
        }),
      ),
  });

export const googleSetUp = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'google-setup'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/google-set-up', { params: instanceParams(instanceId) }),
      ),
  });

/** Sends requests to Google, so it runs when the page opens and when the user asks for it only. */
export const googleChecks = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'google-setup', 'checks'],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/google-set-up/check', { params: instanceParams(instanceId) }),
      ),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** Asked again every two seconds while the test event from Google is on its way. */
export const securityEventRegistration = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'google-setup', 'security-events'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/google-set-up/security-events', {
          params: instanceParams(instanceId),
        }),
      ),
    refetchInterval: ({ state }) => (state.data?.registration.state === 'waiting' ? 2_000 : false),
  });

export const receiving = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'receiving'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/receiving', { params: instanceParams(instanceId) }),
      ),
  });

export const otherAddresses = (instanceId: string) =>
  queryOptions({
    queryKey: [instanceId, 'own-addresses'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/own-addresses', { params: instanceParams(instanceId) }),
      ),
  });

export const connection = (instanceId: string, connectionId: string) =>
  queryOptions({
    queryKey: [instanceId, 'connection', connectionId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/connections/{connectionId}', {
          params: { path: { instanceId, connectionId } },
        }),
      ),
  });

/** One mailbox and its status; polled, as no event reports quota and backlog. */
export const mailboxPage = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/mailboxes/{mailboxId}', {
          params: { path: { instanceId, mailboxId } },
        }),
      ),
    refetchInterval: 10_000,
  });

export const mailboxTraffic = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId, 'traffic'],
    queryFn: () =>
      unwrapResponse(
        api.GET('/api/instances/{instanceId}/mailboxes/{mailboxId}/traffic', {
          params: {
            path: { instanceId, mailboxId },
            query: { timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
          },
        }),
      ),
    staleTime: 60_000,
  });

/** Polled quickly while one works: no event reports each message. */
export const mailboxImports = (instanceId: string, mailboxId: string) =>
  queryOptions({
    queryKey: [instanceId, 'mailboxes', mailboxId, 'imports'],
    queryFn: () =>
      fetchWholeList((query) =>
        api.GET('/api/instances/{instanceId}/mailboxes/{mailboxId}/imports', {
          params: { path: { instanceId, mailboxId }, query },
        }),
      ),
    refetchInterval: ({ state: { data } }) =>
      data?.imports.some(({ state }) => state === 'running' || state === 'removing') ? 2_000 : false,
  });

type MailboxPreviewInput =
  paths['/api/instances/{instanceId}/mailbox-previews']['post']['requestBody']['content']['application/json'];

export const mailboxPreview = (instanceId: string, body: MailboxPreviewInput) =>
  queryOptions({
    queryKey: [instanceId, 'mailbox-preview', body],
    queryFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/mailbox-previews', {
          params: instanceParams(instanceId),
          body,
        }),
      ),
    staleTime: 60_000,
  });
