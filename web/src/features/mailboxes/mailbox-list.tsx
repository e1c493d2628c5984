import { ActionIcon, Anchor, Button, Menu, Text } from '@mantine/core';
import { IconAlertTriangleFilled, IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Mailbox } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { DeleteMailboxDialog } from './delete-mailbox-dialog.tsx';
import styles from './mailbox-list.module.css';
import { CompletenessCheck, useCompletenessCheck } from './status/completeness-check.tsx';
import { NotificationHealth } from './status/notification-health.tsx';

/** The connected addresses (C2); `marked` is the one just connected. */
export function MailboxList({
  instanceId,
  slug,
  mailboxes,
  highlightedId,
}: {
  instanceId: string;
  slug: string;
  mailboxes: Mailbox[];
  highlightedId?: string | undefined;
}) {
  const [deleting, setDeleting] = useState<Mailbox | null>(null);
  const check = useCompletenessCheck(instanceId);
  return (
    <>
      <ul className={styles.list}>
        {mailboxes.map((mailbox) => (
          <li
            key={mailbox.id}
            className={`${styles.row} ${mailbox.id === highlightedId ? styles.marked : ''}`}
          >
            <StateIcon mailbox={mailbox} />
            <div className={styles.who}>
              <Anchor
                fw={600}
                c="inherit"
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/$slug/apps/email/$mailboxId"
                    params={{ slug, mailboxId: mailbox.id } as never}
                  />
                )}
              >
                {mailbox.displayName}
              </Anchor>
              <Text size="sm" c="var(--quiet)">
                {mailbox.address}
              </Text>
            </div>
            {mailbox.disconnected ? (
              <div className={styles.broken}>
                <Text size="sm" c="var(--red)">
                  <b>
                    {t('email.disconnectedSince', {
                      when: formatClockTime(new Date(mailbox.disconnected.since), new Date()),
                    })}
                  </b>{' '}
                  {textOf(mailbox.disconnected).title}
                </Text>
                <Text size="xs" c="var(--quiet)">
                  {textOf(mailbox.disconnected).detail}
                </Text>
              </div>
            ) : (
              <div className={styles.facts}>
                <Text size="sm" c="var(--quiet)">
                  {t('email.connected')}
                </Text>
                <Text size="sm" c="var(--quiet)">
                  {t('email.template', { name: mailbox.templateName })}
                </Text>
                <Text size="sm" c="var(--quiet)">
                  {mailbox.lastMessageReceivedAt ? (
                    <>
                      {t('email.lastMessage')} <RelativeTime at={mailbox.lastMessageReceivedAt} />
                    </>
                  ) : (
                    t('email.noMessage')
                  )}
                </Text>
                <NotificationHealth health={mailbox.notificationHealth} />
                {mailbox.check && <CompletenessCheck check={mailbox.check} />}
              </div>
            )}
            {mailbox.disconnected && (
              <Button
                size="xs"
                component={Link}
                to="/$slug/apps/email/connect"
                params={{ slug } as never}
                search={{ mailbox: mailbox.id } as never}
              >
                {t('email.reconnect')}
              </Button>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t('email.menu', { address: mailbox.address })}
                >
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  component={Link}
                  to="/$slug/apps/email/$mailboxId"
                  params={{ slug, mailboxId: mailbox.id } as never}
                >
                  {t('email.open')}
                </Menu.Item>
                <Menu.Item
                  component={Link}
                  to="/$slug/apps/email/connect"
                  params={{ slug } as never}
                  search={{ mailbox: mailbox.id } as never}
                >
                  {t('email.reconnect')}
                </Menu.Item>
                {mailbox.state === 'connected' && (
                  <Menu.Item onClick={() => check.mutate(mailbox.id)}>{t('email.check.ask')}</Menu.Item>
                )}
                <Menu.Divider />
                <Menu.Item color="red" onClick={() => setDeleting(mailbox)}>
                  {t('email.delete')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </li>
        ))}
      </ul>
      {deleting && (
        <DeleteMailboxDialog instanceId={instanceId} mailbox={deleting} onClose={() => setDeleting(null)} />
      )}
    </>
  );
}

function StateIcon({ mailbox }: { mailbox: Mailbox }) {
  return mailbox.state === 'connected' ? (
    <span className={styles.dot} role="img" aria-label={t('email.connected')} title={t('email.connected')} />
  ) : (
    <IconAlertTriangleFilled size={16} color="var(--red)" aria-label={t('views.disconnected')} />
  );
}
