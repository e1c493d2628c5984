import { Alert, Anchor, Button, Group, Loader, Stack, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { connection as connectionQuery } from '../../api/queries/mailboxes.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { ProblemText } from '../../ui/problem-text.tsx';
import { ConnectionOutcome } from './connect/connection-outcome.tsx';
import { useGoogleWindow } from './connect/use-google-window.ts';

/** Two-way sync of a mailbox with Gmail (G2): on, off, and why it has stopped. */
export function TwoWay({
  instanceId,
  slug,
  mailbox,
}: {
  instanceId: string;
  slug: string;
  mailbox: Mailbox;
}) {
  const client = useQueryClient();
  const { id: mailboxId, address } = mailbox;
  const { on, problem, allowed } = mailbox.twoWay;
  const unchanged = t('twoWay.unchanged', { address });
  const consent = useConsent(instanceId, mailboxId, unchanged);
  const change = useMutation<unknown, ProblemError, boolean>({
    mutationFn: (next) =>
      unwrapResponse(
        api.PUT('/api/instances/{instanceId}/mailboxes/{mailboxId}/two-way', {
          params: { path: { instanceId, mailboxId } },
          body: { on: next },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] }),
  });
  const error = change.error ?? consent.error;
  const stopped = problem && textOf(problem);
  return (
    <Stack gap="sm" maw={640}>
      <Switch
        label={t('twoWay.switch')}
        description={t('twoWay.help')}
        checked={on}
        disabled={change.isPending || consent.waiting || (!on && mailbox.state === 'disconnected')}
        onChange={({ currentTarget: { checked } }) =>
          checked && !allowed ? consent.start() : change.mutate(checked)
        }
      />
      {!on && !allowed && (
        <Text size="sm" c="var(--text-muted)">
          {t('twoWay.permission', { address })}
        </Text>
      )}
      {!on && allowed && (
        <Text size="sm" c="var(--text-muted)">
          {t('twoWay.off')}{' '}
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link
                {...props}
                to="/$slug/apps/email/connect"
                params={{ slug } as never}
                search={{ mailbox: mailboxId } as never}
              />
            )}
          >
            {t('email.reconnect')}
          </Anchor>
        </Text>
      )}
      {stopped && (
        <Alert color="yellow" title={t('twoWay.stopped')} styles={{ title: { color: 'var(--warning)' } }}>
          <Text size="sm">
            {stopped.title} {stopped.detail}
          </Text>
          <Button size="xs" mt="xs" variant="default" disabled={consent.waiting} onClick={consent.start}>
            {t('twoWay.allow')}
          </Button>
        </Alert>
      )}
      {consent.waiting && (
        <Group gap="sm" role="status">
          <Loader size="xs" />
          <Text size="sm">{t('twoWay.waiting')}</Text>
          <Button variant="subtle" size="xs" onClick={consent.bringBack}>
            {t('connect.bringBack')}
          </Button>
        </Group>
      )}
      {consent.outcome}
      {consent.abandoned && <Text size="sm">{unchanged}</Text>}
      <ProblemText problem={error} />
    </Stack>
  );
}

/** The sign-in in Google's window that asks for the one permission. */
function useConsent(instanceId: string, mailboxId: string, unchanged: string) {
  const client = useQueryClient();
  const [started, setStarted] = useState<{ id: string; url: string } | null>(null);
  const query = useQuery({
    ...connectionQuery(instanceId, started?.id ?? ''),
    enabled: started !== null,
    // Live events refresh it; polling covers a lost connection.
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? 2_000 : false),
  });
  const googleWindow = useGoogleWindow(async () => {
    if (started) await query.refetch();
  });
  const start = useMutation<{ id: string; authorizationUrl: string }, ProblemError>({
    mutationFn: () =>
      unwrapResponse(
        api.POST('/api/instances/{instanceId}/connections', {
          params: { path: { instanceId } },
          body: { mailboxId, twoWay: true },
        }),
      ),
    onSuccess: ({ id, authorizationUrl }) => {
      setStarted({ id, url: authorizationUrl });
      googleWindow.navigate(authorizationUrl);
    },
    onError: () => googleWindow.close(),
  });
  const state = query.data?.state;
  useEffect(() => {
    if (!state || state === 'waiting') return;
    googleWindow.close();
    void client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
  }, [state]);
  const closed = state === 'waiting' && googleWindow.state === 'closed';
  return {
    start() {
      googleWindow.open();
      start.mutate();
    },
    // Also until the connection that was just started is loaded.
    waiting: start.isPending || (googleWindow.state === 'open' && (!state || state === 'waiting')),
    bringBack: googleWindow.focus,
    abandoned: closed || state === 'expired' || state === 'cancelled',
    error: start.error,
    outcome: started && (
      <>
        <ConnectionOutcome
          connection={query.data ?? null}
          windowState={googleWindow.state}
          unchanged={unchanged}
        />
        {googleWindow.state === 'blocked' && state === 'waiting' && (
          <Button component="a" href={started.url} variant="default" style={{ alignSelf: 'flex-start' }}>
            {t('connect.goOnHere')}
          </Button>
        )}
      </>
    ),
  };
}
