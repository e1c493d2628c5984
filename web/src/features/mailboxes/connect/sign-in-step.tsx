import { Alert, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Connection, ProblemError } from '../../../api/client.ts';
import { words } from '../../../words/words.ts';
import { ConnectionOutcome } from './connection-outcome.tsx';
import { GoogleButton } from './google-button.tsx';
import { GoogleErrors } from './google-errors.tsx';
import type { useGoogleWindow } from './use-google-window.ts';

/** The first step: what will happen, Google's button, and how the last attempt ended. */
export function SignInStep({
  practice,
  reconnects,
  connection,
  google,
  url,
  begin,
  problem,
}: {
  practice: boolean;
  /** The address that is connected again; null where one is added. */
  reconnects: string | null;
  connection: Connection | null;
  google: ReturnType<typeof useGoogleWindow>;
  url: string | null;
  begin(): void;
  problem: ProblemError | null;
}) {
  const [agreed, setAgreed] = useState(connection !== null || reconnects !== null);
  const [acted, setActed] = useState(false);
  const waiting = connection?.state === 'waiting' && google.state === 'open';
  const lines = reconnects === null ? words.connect.before : words.connect.again(reconnects);
  return (
    <Stack gap="md" maw={600}>
      <ConnectionOutcome connection={connection} windowState={google.state} />
      {problem && (
        <Alert color="red" title={problem.message} role="alert">
          {problem.remedy}
        </Alert>
      )}
      <List spacing={6}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
        {practice && reconnects === null && <List.Item>{words.connect.practiceHint}</List.Item>}
      </List>
      {!agreed && connection === null ? (
        <Group>
          <Button
            onClick={() => {
              setAgreed(true);
              setActed(true);
            }}
          >
            {words.connect.continue}
          </Button>
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
          <GoogleButton
            focus={acted}
            onClick={() => {
              setActed(true);
              begin();
            }}
          >
            {words.connect.signIn}
          </GoogleButton>
          {google.state === 'blocked' && url && (
            <Button component="a" href={url} variant="default">
              {words.connect.goOnHere}
            </Button>
          )}
        </Group>
      )}
      {connection && <GoogleErrors open={google.state === 'closed'} />}
    </Stack>
  );
}
