import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangleFilled } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Mailbox } from '../../../api/client.ts';
import { formatClockTime } from '../../../ui/format-short-time.ts';
import { words } from '../../../words/words.ts';

/** Why a mailbox is disconnected, what to do, and a button that reconnects it. */
export function DisconnectedAlert({ slug, mailbox }: { slug: string; mailbox: Mailbox }) {
  const { disconnected } = mailbox;
  if (!disconnected) return null;
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangleFilled aria-hidden />}
      title={words.email.disconnectedSince(formatClockTime(new Date(disconnected.since), new Date()))}
    >
      <Text size="sm">
        {disconnected.sentence} {disconnected.remedy}
      </Text>
      <Text size="sm">{words.disconnected.why}</Text>
      <Group mt="sm">
        <Button
          size="xs"
          component={Link}
          to="/$slug/apps/email/connect"
          params={{ slug } as never}
          search={{ mailbox: mailbox.id } as never}
        >
          {words.email.reconnect}
        </Button>
      </Group>
    </Alert>
  );
}
