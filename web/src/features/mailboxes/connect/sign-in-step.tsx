import { Alert, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Connection, ProblemError } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import { ConnectionOutcome } from './connection-outcome.tsx';
import { GoogleButton } from './google-button.tsx';
import { GoogleErrors } from './google-errors.tsx';
import type { useGoogleWindow } from './use-google-window.ts';

/** The first step: an explanation, Google's button, and how the last attempt ended. */
export function SignInStep({
  usesSimulator,
  reconnectAddress,
  connection,
  googleWindow,
  url,
  onStart,
  problem,
}: {
  usesSimulator: boolean;
  /** The address to reconnect; null for a new mailbox. */
  reconnectAddress: string | null;
  connection: Connection | null;
  googleWindow: ReturnType<typeof useGoogleWindow>;
  url: string | null;
  onStart(): void;
  problem: ProblemError | null;
}) {
  const [hasContinued, setHasContinued] = useState(connection !== null || reconnectAddress !== null);
  const [hasInteracted, setHasInteracted] = useState(false);
  const waiting = connection?.state === 'waiting' && googleWindow.state === 'open';
  const lines = reconnectAddress === null ? words.connect.before : words.connect.again(reconnectAddress);
  return (
    <Stack gap="md" maw={600}>
      <ConnectionOutcome connection={connection} windowState={googleWindow.state} />
      {problem && (
        <Alert color="red" title={problem.message} role="alert">
          {problem.remedy}
        </Alert>
      )}
      <List spacing={6}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
        {usesSimulator && reconnectAddress === null && <List.Item>{words.connect.practiceHint}</List.Item>}
      </List>
      {!hasContinued && connection === null ? (
        <Group>
          <Button
            onClick={() => {
              setHasContinued(true);
              setHasInteracted(true);
            }}
          >
            {words.connect.continue}
          </Button>
        </Group>
      ) : waiting ? (
        <Group gap="sm" role="status">
          <Loader size="xs" />
          <Text>{words.connect.waiting}</Text>
          <Button variant="subtle" size="xs" onClick={googleWindow.focus}>
            {words.connect.bringBack}
          </Button>
        </Group>
      ) : (
        <Group>
          <GoogleButton
            focus={hasInteracted}
            onClick={() => {
              setHasInteracted(true);
              onStart();
            }}
          >
            {words.connect.signIn}
          </GoogleButton>
          {googleWindow.state === 'blocked' && url && (
            <Button component="a" href={url} variant="default">
              {words.connect.goOnHere}
            </Button>
          )}
        </Group>
      )}
      {connection && <GoogleErrors open={googleWindow.state === 'closed'} />}
    </Stack>
  );
}
