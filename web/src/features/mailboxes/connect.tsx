import { Alert, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer, api, type Connection, type Problem } from '../../api/client.ts';
import { connection as connectionQuery } from '../../api/queries.ts';
import { Failure, Loading } from '../../ui/states.tsx';
import { words } from '../../words/words.ts';
import { useGoogleWindow } from './google-window.ts';
import type { Settings } from './settings.ts';
import { SettingsForm } from './settings-form.tsx';
import { Steps } from './steps.tsx';

type Place = { instanceId: string; practice: boolean };

/** Connecting a Gmail address in three steps (C3, C7): sign in with Google, settings, done. */
export function Connect(
  props: Place & {
    connectionId: string | undefined;
    /** The address to reconnect. */
    mailboxId: string | undefined;
    started(connectionId: string): void;
    saved(mailboxId: string): void;
    leave(): void;
  },
) {
  const { instanceId, connectionId } = props;
  const google = useGoogleWindow();
  const [url, setUrl] = useState<string | null>(null);
  const query = useQuery({
    ...connectionQuery(instanceId, connectionId ?? ''),
    enabled: connectionId !== undefined,
    // The live stream tells; asking now and then covers a stream that is lost just now.
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? 2_000 : false),
  });
  const start = useMutation<{ id: string; authorizationUrl: string }, Problem>({
    mutationFn: () =>
      answer(
        api.POST('/api/instances/{instanceId}/connections', {
          params: { path: { instanceId } },
          body: props.mailboxId ? { mailboxId: props.mailboxId } : {},
        }),
      ),
    onSuccess: ({ id, authorizationUrl }) => {
      setUrl(authorizationUrl);
      google.goTo(authorizationUrl);
      props.started(id);
    },
    onError: () => google.close(),
  });
  const begin = () => {
    google.open();
    start.mutate();
  };
  const state = query.data?.state;
  // The window has done its work once Google answered, whether it could close itself or not.
  useEffect(() => {
    if (state && state !== 'waiting') google.close();
  }, [state]);

  if (connectionId && query.isPending) return <Loading />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  const authorised = query.data?.state === 'authorised';
  return (
    <Stack gap="xl">
      <Steps at={authorised ? 1 : state === 'saved' ? 2 : 0} />
      {authorised ? (
        <Form key={connectionId} {...props} connection={query.data!} />
      ) : state === 'saved' ? (
        <Text>{words.connect.savedAlready}</Text>
      ) : (
        <SignIn
          practice={props.practice}
          connection={query.data ?? null}
          google={google}
          url={url}
          begin={begin}
          problem={start.error}
        />
      )}
    </Stack>
  );
}

function SignIn({
  practice,
  connection,
  google,
  url,
  begin,
  problem,
}: {
  practice: boolean;
  connection: Connection | null;
  google: ReturnType<typeof useGoogleWindow>;
  url: string | null;
  begin(): void;
  problem: Problem | null;
}) {
  const [agreed, setAgreed] = useState(connection !== null);
  const waiting = connection?.state === 'waiting' && google.state === 'open';
  return (
    <Stack gap="md" maw={560}>
      <Outcome connection={connection} windowState={google.state} />
      {problem && (
        <Alert color="red" title={problem.message} role="alert">
          {problem.remedy}
        </Alert>
      )}
      <List spacing={6}>
        {words.connect.before.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
        {practice && <List.Item>{words.connect.practiceHint}</List.Item>}
      </List>
      {!agreed ? (
        <Group>
          <Button onClick={() => setAgreed(true)}>{words.connect.continue}</Button>
        </Group>
      ) : waiting ? (
        <Group gap="sm" role="status">
          <Loader size="xs" />
          <Text>{words.connect.waiting}</Text>
          <Button variant="subtle" size="xs" onClick={google.focus}>
            {words.connect.bringBack}
          </Button>
        </Group>
      ) : (
        <Group>
          <Button onClick={begin}>{words.connect.signIn}</Button>
          {google.state === 'blocked' && url && (
            <Button component="a" href={url} variant="default">
              {words.connect.goOnHere}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}

/** How the last attempt ended, each way in its own words. */
function Outcome({
  connection,
  windowState,
}: {
  connection: Connection | null;
  windowState: 'none' | 'open' | 'closed' | 'blocked';
}) {
  if (connection?.state === 'refused' && connection.refusal) {
    const { sentence, remedy } = connection.refusal;
    return (
      <Alert color="red" title={sentence} role="alert">
        {remedy} {words.connect.nothing}
      </Alert>
    );
  }
  const said =
    connection?.state === 'expired'
      ? words.connect.expired
      : connection?.state === 'waiting' && windowState === 'closed'
        ? words.connect.closed
        : windowState === 'blocked'
          ? words.connect.blocked
          : null;
  return said ? (
    <Alert color="yellow" role="alert">
      {said}
    </Alert>
  ) : null;
}

function Form({
  instanceId,
  connectionId,
  connection,
  saved,
  leave,
}: {
  instanceId: string;
  connectionId: string | undefined;
  connection: Connection;
  saved(mailboxId: string): void;
  leave(): void;
}) {
  const client = useQueryClient();
  const path = { instanceId, connectionId: connectionId! };
  const save = useMutation<{ mailbox: { id: string } }, Problem, Settings>({
    mutationFn: (body) =>
      answer(
        api.POST('/api/instances/{instanceId}/connections/{connectionId}/save', { params: { path }, body }),
      ),
    onSuccess: async ({ mailbox }) => {
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      void client.invalidateQueries({ queryKey: [instanceId, 'views'] });
      saved(mailbox.id);
    },
  });
  const cancel = useMutation({
    mutationFn: () =>
      answer(api.DELETE('/api/instances/{instanceId}/connections/{connectionId}', { params: { path } })),
    onSettled: leave,
  });
  return (
    <Stack gap="lg">
      <div>
        <Text fw={600}>{words.connect.authorised(connection.address ?? '')}</Text>
        <Text c="var(--quiet)">{words.connect.notYet}</Text>
      </div>
      <SettingsForm
        instanceId={instanceId}
        address={connection.address ?? ''}
        settings={connection.settings}
        save={save.mutate}
        saving={save.isPending}
        problem={save.error}
        cancel={() => cancel.mutate()}
      />
    </Stack>
  );
}
