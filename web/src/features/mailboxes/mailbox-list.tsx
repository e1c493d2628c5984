import { ActionIcon, Anchor, Badge, Button, Menu, Text } from '@mantine/core';
import { IconAlertTriangle, IconAlertTriangleFilled, IconDots } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Mailbox } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { textOf } from '../../locales/problem.ts';
import { formatClockTime } from '../../ui/format-short-time.ts';
import { RelativeTime } from '../../ui/relative-time.tsx';
import listStyles from '../../ui/settings-list.module.css';
import { DeleteMailboxDialog } from './delete-mailbox-dialog.tsx';
import { MailboxFilter, useMailboxFilter } from './mailbox-filter.tsx';
import styles from './mailbox-list.module.css';
import { CompletenessCheck, useCompletenessCheck } from './status/completeness-check.tsx';
import { MailboxTrouble } from './status/mailbox-trouble.tsx';
import { NotificationHealth } from './status/notification-health.tsx';

type RowActions = { onCheck(): void; onDelete(): void };

/** The mailboxes of the instance (C2); `highlightedId` is the one just connected. */
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
  const filter = useMailboxFilter();
  const shown = filter.applyTo(mailboxes);
  const check = useCompletenessCheck(instanceId);
  return (
    <div>
      <MailboxFilter {...{ mailboxes, shown, filter }} />
      <ul className={listStyles.list} hidden={shown.length === 0}>
        {shown.map((mailbox) => (
          <MailboxRow
            key={mailbox.id}
            slug={slug}
            mailbox={mailbox}
            highlighted={mailbox.id === highlightedId}
            onCheck={() => check.mutate(mailbox.id)}
            onDelete={() => setDeleting(mailbox)}
          />
        ))}
      </ul>
      {deleting && (
        <DeleteMailboxDialog instanceId={instanceId} mailbox={deleting} onClose={() => setDeleting(null)} />
      )}
    </div>
  );
}

function MailboxRow({
  slug,
  mailbox,
  highlighted,
  onCheck,
  onDelete,
}: RowActions & { slug: string; mailbox: Mailbox; highlighted: boolean }) {
  return (
    <li className={`${listStyles.row} ${highlighted ? styles.highlighted : ''}`}>
      <StateIcon mailbox={mailbox} />
      <div className={`${listStyles.identity} ${styles.identity}`}>
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
        </Anchor>{' '}
        {highlighted && <Badge variant="light">{t('email.new')}</Badge>}
        <Text size="sm" c="var(--text-muted)">
          {mailbox.address}
        </Text>
      </div>
      <MailboxDetails mailbox={mailbox} />
      {mailbox.disconnected && (
        <Button
          size="xs"
          className={styles.reconnect}
          component={Link}
          to="/$slug/apps/email/connect"
          params={{ slug } as never}
          search={{ mailbox: mailbox.id } as never}
        >
          {t('email.reconnect')}
        </Button>
      )}
      <MailboxMenu {...{ slug, mailbox, onCheck, onDelete }} />
    </li>
  );
}

function MailboxDetails({ mailbox }: { mailbox: Mailbox }) {
  return mailbox.disconnected ? (
    <div className={styles.disconnected}>
      <Text size="sm" c="var(--error)">
        <b>
          {t('email.disconnectedSince', {
            when: formatClockTime(new Date(mailbox.disconnected.since), new Date()),
          })}
        </b>{' '}
        {textOf(mailbox.disconnected).title}
      </Text>
      <Text size="xs" c="var(--text-muted)">
        {textOf(mailbox.disconnected).detail}
      </Text>
    </div>
  ) : (
    <div className={styles.details}>
      {mailbox.trouble ? (
        <MailboxTrouble trouble={mailbox.trouble} />
      ) : (
        <Text size="sm" c="var(--text-muted)">
          {t('email.connected')}
        </Text>
      )}
      <Text size="sm" c="var(--text-muted)">
        {t('email.template', { name: mailbox.templateId ? mailbox.templateName : t('templates.blank') })}
      </Text>
      <Text size="sm" c="var(--text-muted)">
        {mailbox.lastMessageReceivedAt ? (
          <>
            {t('email.lastMessage')} <RelativeTime inWords at={mailbox.lastMessageReceivedAt} />
          </>
        ) : (
          t('email.noMessage')
        )}
      </Text>
      <NotificationHealth health={mailbox.notificationHealth} />
      {mailbox.check && <CompletenessCheck check={mailbox.check} />}
    </div>
  );
}

function MailboxMenu({ slug, mailbox, onCheck, onDelete }: RowActions & { slug: string; mailbox: Mailbox }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('email.menu', { address: mailbox.address })}>
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
        {mailbox.state !== 'disconnected' && <Menu.Item onClick={onCheck}>{t('email.check.ask')}</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="var(--error)" onClick={onDelete}>
          {t('email.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function StateIcon({ mailbox }: { mailbox: Mailbox }) {
  if (mailbox.state === 'trouble')
    return <IconAlertTriangle size={16} color="var(--warning)" aria-label={t('views.trouble')} />;
  return mailbox.state === 'connected' ? (
    <span
      data-colored
      className={styles.dot}
      role="img"
      aria-label={t('email.connected')}
      title={t('email.connected')}
    />
  ) : (
    <IconAlertTriangleFilled size={16} color="var(--error)" aria-label={t('views.disconnected')} />
  );
}
