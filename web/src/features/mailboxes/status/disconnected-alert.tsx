import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Mailbox } from '../../../api/client.ts';
import { t } from '../../../locales/messages.ts';
import { textOf } from '../../../locales/problem.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';

/** Why a mailbox is disconnected, what to do, and a button that reconnects it. */
export function DisconnectedAlert({ slug, mailbox }: { slug: string; mailbox: Mailbox }) {
  const { disconnected } = mailbox;
  if (!disconnected) return null;
  const { title, detail } = textOf(disconnected);
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangleFilled aria-hidden />}
      title={t('email.disconnectedSince', {
        when: formatClockTime(new Date(disconnected.since), new Date()),
      })}
    >
      <Text size="sm">
        {title} {detail}
      </Text>
      <Text size="sm">{t('disconnected.why')}</Text>
      <Group mt="sm">
        <Button
          size="xs"
          component={Link}
          to="/$slug/apps/email/connect"
          params={{ slug } as never}
          search={{ mailbox: mailbox.id } as never}
        >
          {t('email.reconnect')}
        </Button>
      </Group>
    </Alert>
  );
}
