import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { api, type Mailbox, type ProblemError, unwrapResponse } from '../../api/client.ts';
import { hasFailed } from '../../api/has-failed.ts';
import { mailboxPage } from '../../api/queries/mailboxes.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { ErrorState, LoadingState } from '../../ui/states.tsx';
import { DeleteMailboxDialog } from './delete-mailbox-dialog.tsx';
import { Imports } from './imports/imports.tsx';
import { AliasSettings } from './settings/alias-settings.tsx';
import { MailboxSettingsForm } from './settings/mailbox-settings-form.tsx';
import type { MailboxSettingsValues } from './settings/mailbox-settings-values.ts';
import { useCompletenessCheck } from './status/completeness-check.tsx';
import { DisconnectedAlert } from './status/disconnected-alert.tsx';
import { MailboxHeads } from './status/mailbox-heads.tsx';
import { MailboxStatus } from './status/mailbox-status.tsx';
import { MailboxTrouble } from './status/mailbox-trouble.tsx';
import { TestMessage } from './status/test-message.tsx';
import { TwoWay } from './two-way.tsx';

// With the library of its plot.
const Traffic = lazyPart(() => import('./status/traffic.tsx'));

/** The page of a mailbox: status, settings and actions. */
export function MailboxPage({
  instanceId,
  slug,
  mailboxId,
  onDeleted,
}: {
  instanceId: string;
  slug: string;
  mailboxId: string;
  onDeleted(): void;
}) {
  const query = useQuery(mailboxPage(instanceId, mailboxId));
  const check = useCompletenessCheck(instanceId);
  const [deleting, setDeleting] = useState(false);
  if (query.isPending) return <LoadingState />;
  if (hasFailed(query)) return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  const { mailbox, status, aliases } = query.data;
  const connected = mailbox.state !== 'disconnected';
  return (
    <Stack gap="xl">
      <DisconnectedAlert slug={slug} mailbox={mailbox} />
      {mailbox.trouble && (
        <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
          <MailboxTrouble trouble={mailbox.trouble} />
        </Alert>
      )}
      <section aria-label={t('mailbox.state')}>
        <Title order={2} mb="xs">
          {t('mailbox.state')}
        </Title>
        <MailboxHeads mailbox={mailbox} status={status} />
        <MailboxStatus mailbox={mailbox} status={status} />
        <Group mt="md" align="flex-start">
          <TestMessage instanceId={instanceId} slug={slug} mailboxId={mailboxId} />
          {connected && (
            <>
              <Button variant="default" onClick={() => check.mutate(mailboxId)}>
                {t('email.check.ask')}
              </Button>
              <Button
                variant="default"
                component={Link}
                to="/$slug/apps/email/connect"
                params={{ slug } as never}
                search={{ mailbox: mailboxId } as never}
              >
                {t('email.reconnect')}
              </Button>
            </>
          )}
        </Group>
      </section>
      <section aria-label={t('mailbox.traffic')}>
        <Title order={2} mb="xs">
          {t('mailbox.traffic')}
        </Title>
        <Suspense fallback={<LoadingState lines={2} />}>
          <Traffic instanceId={instanceId} mailboxId={mailboxId} />
        </Suspense>
      </section>
      <Imports instanceId={instanceId} mailbox={mailbox} />
      <section aria-label={t('mailbox.settings')}>
        <Title order={2} mb="md">
          {t('mailbox.settings')}
        </Title>
        <MailboxSettings instanceId={instanceId} mailbox={mailbox} />
      </section>
      <AliasSettings {...{ instanceId, mailbox, aliases }} />
      <section aria-label={t('twoWay.title')}>
        <Title order={2} mb="md">
          {t('twoWay.title')}
        </Title>
        <TwoWay instanceId={instanceId} slug={slug} mailbox={mailbox} />
      </section>
      <section aria-label={t('mailbox.danger')}>
        <Title order={2} mb="xs">
          {t('mailbox.danger')}
        </Title>
        <Text size="sm" c="var(--text-muted)" maw={640} mb="sm">
          {t('email.deleteText')}
        </Text>
        <Button variant="outline" color="red" onClick={() => setDeleting(true)}>
          {t('email.deleteConfirm')}
        </Button>
      </section>
      <Text size="sm" c="var(--text-muted)">
        {t('email.footer')}
      </Text>
      {deleting && (
        <DeleteMailboxDialog
          instanceId={instanceId}
          mailbox={mailbox}
          onClose={() => setDeleting(false)}
          onDeleted={onDeleted}
        />
      )}
    </Stack>
  );
}

function MailboxSettings({ instanceId, mailbox }: { instanceId: string; mailbox: Mailbox }) {
  const client = useQueryClient();
  const { id: mailboxId, displayName, templateId, dynamicAliasName, threading } = mailbox;
  const save = useMutation<unknown, ProblemError, MailboxSettingsValues>({
    mutationFn: (body) =>
      unwrapResponse(
        api.PATCH('/api/instances/{instanceId}/mailboxes/{mailboxId}', {
          params: { path: { instanceId, mailboxId } },
          body,
        }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [instanceId, 'mailboxes'] });
      notifications.show({ color: 'green', message: t('email.saved') });
    },
  });
  return (
    <MailboxSettingsForm
      instanceId={instanceId}
      source={{ mailboxId }}
      settings={{ displayName, templateId, dynamicAliasName, threading }}
      save={save.mutate}
      saving={save.isPending}
      problem={save.error}
    />
  );
}
