import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconApps, IconInbox, IconPencilPlus, IconSend2, IconSettings, IconUsers } from '@tabler/icons-react';
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { v4 as uuid } from 'uuid';
import type { Me } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import styles from './sidebar.module.css';

/**
 * The main navigation; on a phone a bar at the bottom. Bulk messages and apps are for admins (C1).
 * `notificationButton` comes from another feature.
 */
export function Sidebar({
  me,
  instance,
  notificationButton,
}: {
  me: Me;
  instance: Me['instances'][number];
  notificationButton: ReactNode;
}) {
  const { slug } = instance;
  const navigate = useNavigate();
  return (
    <nav className={styles.sidebar} aria-label={t('rail.label')}>
      <InstanceMenu me={me} instance={instance} />
      <SidebarLink to="/$slug/inbox/$view" params={{ slug, view: 'open' }} icon={IconInbox}>
        {t('rail.inbox')}
      </SidebarLink>
      <UnstyledButton
        className={styles.item}
        title={t('composer.newMessage')}
        onClick={() =>
          void navigate({ to: '/$slug/new/$draftId', params: { slug, draftId: uuid() } as never })
        }
      >
        <IconPencilPlus size={20} aria-hidden />
        {t('rail.write')}
      </UnstyledButton>
      <SidebarLink to="/$slug/customers" params={{ slug }} icon={IconUsers}>
        {t('customers.title')}
      </SidebarLink>
      {instance.role === 'admin' && (
        <>
          <SidebarLink to="/$slug/bulk" params={{ slug }} icon={IconSend2}>
            {t('rail.bulk')}
          </SidebarLink>
          <SidebarLink to="/$slug/apps/email" params={{ slug }} icon={IconApps}>
            {t('rail.apps')}
          </SidebarLink>
        </>
      )}
      <SidebarLink to="/$slug/settings" params={{ slug }} icon={IconSettings}>
        {t('rail.settings')}
      </SidebarLink>
      <span className={styles.spacer} />
      <span className={styles.bell}>{notificationButton}</span>
      <span className={styles.profile}>
        <Tooltip label={`${me.user.name} · ${me.user.email}`} position="right">
          <span>
            <InitialsAvatar name={me.user.name} size={30} />
          </span>
        </Tooltip>
      </span>
    </nav>
  );
}

function SidebarLink({
  icon: Icon,
  children,
  ...target
}: {
  to: '/$slug/inbox/$view' | '/$slug/customers' | '/$slug/bulk' | '/$slug/apps/email' | '/$slug/settings';
  params: { slug: string; view?: string };
  icon: typeof IconInbox;
  children: ReactNode;
}) {
  return (
    <Link {...(target as LinkProps)} className={styles.item} activeProps={{ className: styles.active }}>
      <Icon size={20} aria-hidden />
      {children}
    </Link>
  );
}

/** Shows the organization and switches to another one. */
function InstanceMenu({ me, instance }: { me: Me; instance: Me['instances'][number] }) {
  const navigate = useNavigate();
  const { slug } = instance;
  return (
    <Menu position="right-start">
      <Menu.Target>
        <Tooltip label={displayName(instance)} position="right">
          <UnstyledButton
            className={instance.kind === 'sandbox' ? `${styles.instance} ${styles.sandbox}` : styles.instance}
            aria-label={`${t('rail.organizations')}: ${displayName(instance)}`}
          >
            {instance.name.slice(0, 1).toUpperCase()}
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {me.instances.map((other) => (
          <Menu.Item
            key={other.id}
            disabled={other.id === instance.id}
            onClick={() => navigate({ to: '/$slug/inbox/$view', params: { slug: other.slug, view: 'open' } })}
          >
            {displayName(other)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          onClick={() =>
            navigate({ to: '/$slug/settings/organizations' as '/$slug/settings', params: { slug } })
          }
        >
          {t('organizations.all')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The name of an organization, marked where it is a sandbox. */
function displayName({ name, kind }: Me['instances'][number]): string {
  return kind === 'sandbox' ? t('organizations.named', { name }) : name;
}
