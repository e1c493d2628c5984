import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { IconDeviceDesktop, IconDeviceMobile } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type ProblemError, type Session, unwrapResponse } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { sessions as sessionsQuery } from '../../api/queries/account.ts';
import { t } from '../../locales/messages.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { parseUserAgent } from './parse-user-agent.ts';

/** The user's sessions, each with a button that ends it. */
export function Sessions() {
  const query = useQuery(sessionsQuery);
  const client = useQueryClient();
  const onEnd = useMutation<unknown, ProblemError, string | null>({
    mutationFn: (sessionId) =>
      unwrapResponse(
        sessionId
          ? api.DELETE('/api/me/sessions/{sessionId}', { params: { path: { sessionId } } })
          : api.DELETE('/api/me/sessions'),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { sessions } = query.data;
  return (
    <section aria-label={t('account.security.sessions')}>
      <Title order={2} mb="md">
        {t('account.security.sessions')}
      </Title>
      <Stack gap="md" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} onEnd={() => onEnd.mutate(session.id)} />
        ))}
      </Stack>
      <ProblemAlert problem={onEnd.error} />
      {sessions.length > 1 && (
        <Button variant="default" mt="md" loading={onEnd.isPending} onClick={() => onEnd.mutate(null)}>
          {t('account.security.endOthers')}
        </Button>
      )}
    </section>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd(): void }) {
  const { browser, system, phone } = parseUserAgent(session.userAgent ?? '');
  const name =
    browser && system
      ? t('account.security.browserOn', { browser, system })
      : browser || system || t('account.security.unknownBrowser');
  const Icon = phone ? IconDeviceMobile : IconDeviceDesktop;
  const details = [
    t('account.security.since', { when: formatClockTime(new Date(session.createdAt), new Date()) }),
    ...(session.ipAddress ? [t('account.security.from', { address: session.ipAddress })] : []),
  ];
  return (
    <Group component="li" wrap="nowrap" gap="sm">
      <Icon size={20} aria-hidden color="var(--text-muted)" />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text fw={session.current ? 600 : undefined}>
          {name}
          {session.current && ` · ${t('account.security.thisBrowser')}`}
        </Text>
        <Text size="sm" c="var(--text-muted)">
          {details.join(' · ')}
        </Text>
      </div>
      {!session.current && (
        <Button
          variant="default"
          size="xs"
          aria-label={t('account.security.endOf', { browser: name })}
          onClick={onEnd}
        >
          {t('account.security.end')}
        </Button>
      )}
    </Group>
  );
}
