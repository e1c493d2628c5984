import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Connection, type ProblemError, unwrapResponse } from '../../../api/client.ts';
import { hasFailed } from '../../../api/has-failed.ts';
import { connection as connectionQuery, mailboxes } from '../../../api/queries/mailboxes.ts';
import { t } from '../../../locales/messages.ts';
import { ErrorState, LoadingState } from '../../../ui/states.tsx';
import { MailboxSettingsForm } from '../settings/mailbox-settings-form.tsx';
import type { MailboxSettingsValues } from '../settings/mailbox-settings-values.ts';
import { ConnectSteps } from './connect-steps.tsx';
import { OwnAddressWarning } from './own-address-warning.tsx';
import { SignInStep } from './sign-in-step.tsx';
import { useGoogleWindow } from './use-google-window.ts';

type ConnectBaseProps = { instanceId: string; usesSimulator: boolean };

/** Connecting a Gmail address in three steps (C3, C7): sign in with Google, settings, done. */
export function ConnectMailbox(
  props: ConnectBaseProps & {
    connectionId: string | undefined;
    /** The mailbox to reconnect. */
    mailboxId: string | undefined;
    onStarted(connectionId: string): void;
    onSaved(mailboxId: string): void;
    onCancel(): void;
  },
) {
  const { instanceId, connectionId } = props;
  const [url, setUrl] = useState<string | null>(null);
  const query = useQuery({
    ...connectionQuery(instanceId, connectionId ?? ''),
    enabled: connectionId !== undefined,
    // Live events refresh it; polling covers a lost connection.
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? 2_000 : false),
  });
  const googleWindow = useGoogleWindow(async () => {
    if (connectionId) await query.refetch();
  });
  // After a full-page redirect only the connection has the mailbox.
  const mailboxId = props.mailboxId ?? query.data?.mailboxId ?? undefined;
  const mailboxesQuery = useQuery({ ...mailboxes(instanceId), enabled: mailboxId !== undefined });
  const reconnectAddress = mailboxesQuery.data?.mailboxes.find(({ id }) => id === mailboxId)?.address ?? null;
  const start = useMutation<{ id: string; authorizationUrl: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/connections', {
          params: { path: { instanceId } },
          body: mailboxId ? { mailboxId } : {},
        }),
      ),
    onSuccess: ({ id, authorizationUrl }) => {
      setUrl(authorizationUrl);
      googleWindow.navigate(authorizationUrl);
      props.onStarted(id);
    },
    onError: () => googleWindow.close(),
  });
  const startSignIn = () => {
    googleWindow.open();
    start.mutate();
  };
  const state = query.data?.state;
  // Close Google's window once Google has answered, in case it could not close itself.
  useEffect(() => {
    if (state && state !== 'waiting') googleWindow.close();
  }, [state]);

  // Of a connection started here the step is shown already, and keeps its focus.
  const isLoading = connectionId && query.isPending && url === null;
  if (isLoading || (mailboxId && mailboxesQuery.isPending)) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const isAuthorised = query.data?.state === 'authorised';
  return (
    <Stack gap="xl">
      <ConnectSteps current={isAuthorised ? 1 : state === 'saved' ? 2 : 0} />
      {isAuthorised ? (
        <ConnectSettingsForm
          key={connectionId}
          {...props}
          connection={query.data!}
          onUseAnother={startSignIn}
          isStarting={start.isPending}
          startProblem={start.error}
        />
      ) : state === 'saved' ? (
        <Stack gap="sm" align="flex-start">
          <Text>{t('connect.savedAlready')}</Text>
          <Button variant="default" onClick={props.onCancel}>
            {t('connect.toList')}
          </Button>
        </Stack>
      ) : (
        <SignInStep
          key={reconnectAddress ?? ''}
          usesSimulator={props.usesSimulator}
          reconnectAddress={reconnectAddress}
          connection={query.data ?? null}
          googleWindow={googleWindow}
          url={url}
          onStart={startSignIn}
          problem={start.error}
        />
      )}
    </Stack>
  );
}

function ConnectSettingsForm({
  instanceId,
  connectionId,
  connection,
  onUseAnother,
  isStarting,
  startProblem,
  onSaved,
  onCancel,
}: {
  instanceId: string;
  connectionId: string | undefined;
  connection: Connection;
  /** Opens Google's sign-in again. */
  onUseAnother(): void;
  isStarting: boolean;
  startProblem: ProblemError | null;
  onSaved(mailboxId: string): void;
  onCancel(): void;
}) {
  const client = useQueryClient();
  const path = { instanceId, connectionId: connectionId! };
  const save = useMutation<{ mailbox: { id: string } }, ProblemError, MailboxSettingsValues>({
    mutationFn: (body) =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/connections/{connectionId}/save', { params: { path }, body }),
      ),
    onSuccess: async ({ mailbox }) => {
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'view-counts'] });
      onSaved(mailbox.id);
    },
  });
  const cancel = useMutation<unknown, ProblemError, { leave: boolean }>({
    mutationFn: () =>
      unwrapResponse(
        api.DELETE('/api/instances/{instanceId}/connections/{connectionId}', { params: { path } }),
      ),
    // Here, because this form is gone as soon as the connection is cancelled.
    onSettled: (_data, _error, { leave }) => leave && onCancel(),
  });
  const useAnother = () => {
    // Google's window is opened first: a browser blocks one that follows a request.
    onUseAnother();
    cancel.mutate({ leave: false });
  };
  const isOwn = connection.ownedBy !== null && connection.mailboxId === null;
  return (
    <Stack gap="lg">
      <div>
        <Text fw={600}>{t('connect.authorised', { address: connection.address ?? '' })}</Text>
        <Text c="var(--text-muted)">{t('connect.notYet')}</Text>
      </div>
      {isOwn && (
        <OwnAddressWarning
          address={connection.address ?? ''}
          name={connection.ownedBy ?? ''}
          isStarting={isStarting}
          onUseAnother={useAnother}
        />
      )}
      {startProblem && (
        <Alert color="red" title={startProblem.message} role="alert">
          {startProblem.detail}
        </Alert>
      )}
      <MailboxSettingsForm
        instanceId={instanceId}
        source={{ connectionId: connectionId! }}
        settings={connection.settings}
        save={save.mutate}
        saving={save.isPending}
        problem={save.error}
        cancel={() => cancel.mutate({ leave: true })}
        autoFocus={!isOwn}
      />
    </Stack>
  );
}
