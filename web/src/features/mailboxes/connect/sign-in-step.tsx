import { Alert, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Connection, ProblemError } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { GoogleButton } from '../../../ui/google-button.tsx';
import { ConnectionOutcome } from './connection-outcome.tsx';
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
  // Also until the connection that was just started is loaded.
  const waiting = googleWindow.state === 'open' && (connection === null || connection.state === 'waiting');
  const lines =
    reconnectAddress === null
      ? [t('connect.before.1'), t('connect.before.2'), t('connect.before.3'), t('connect.before.4')]
      : [t('connect.again.1', { address: reconnectAddress }), t('connect.again.2'), t('connect.again.3')];
  return (
    <Stack gap="md" maw={600}>
      <ConnectionOutcome connection={connection} windowState={googleWindow.state} />
      {problem && (
        <Alert color="red" title={problem.message} role="alert">
          {problem.detail}
        </Alert>
      )}
      <List spacing={6}>
        {lines.map((line) => (
          <List.Item key={line}>{line}</List.Item>
        ))}
        {usesSimulator && reconnectAddress === null && <List.Item>{t('connect.practiceHint')}</List.Item>}
      </List>
      {!hasContinued && connection === null ? (
        <Group>
          <Button
            onClick={() => {
              setHasContinued(true);
              setHasInteracted(true);
            }}
          >
            {t('connect.continue')}
          </Button>
        </Group>
      ) : waiting ? (
        <Group gap="sm" role="status">
          <Loader size="xs" />
          <Text>{t('connect.waiting')}</Text>
          <Button variant="subtle" size="xs" onClick={googleWindow.focus}>
            {t('connect.bringBack')}
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
            {t('connect.signIn')}
          </GoogleButton>
          {googleWindow.state === 'blocked' && url && (
            <Button component="a" href={url} variant="default">
              {t('connect.goOnHere')}
            </Button>
          )}
        </Group>
      )}
      {connection && <GoogleErrors open={googleWindow.state === 'closed'} />}
    </Stack>
  );
}
