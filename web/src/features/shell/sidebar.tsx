import { Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconApps, IconInbox, IconPencilPlus, IconSend2, IconSettings, IconUsers } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { v4 as uuid } from 'uuid';
import type { Me } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import styles from './sidebar.module.css';

/**
 * The way to every part of the program; on a phone the bar at the bottom. Apps is for admins (C1).
 * `bell` is the place of notifications, which are another feature's.
 */
export function Sidebar({
  me,
  instance,
  bell,
}: {
  me: Me;
  instance: Me['instances'][number];
  bell: ReactNode;
}) {
  const { slug } = instance;
  const navigate = useNavigate();
  const item = (active: boolean) => ({ className: active ? `${styles.item} ${styles.active}` : styles.item });
  return (
    <nav className={styles.rail} aria-label={t('rail.label')}>
      <Menu position="right-start">
        <Menu.Target>
          <Tooltip label={displayName(instance)} position="right">
            <UnstyledButton
              className={
                instance.kind === 'sandbox' ? `${styles.instance} ${styles.sandbox}` : styles.instance
              }
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
              onClick={() =>
                navigate({ to: '/$slug/inbox/$view', params: { slug: other.slug, view: 'open' } })
              }
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
      <Link
        to="/$slug/inbox/$view"
        params={{ slug, view: 'open' }}
        {...item(false)}
        activeProps={item(true)}
        activeOptions={{ exact: false }}
      >
        <IconInbox size={20} aria-hidden />
        {t('rail.inbox')}
      </Link>
      <UnstyledButton
        {...item(false)}
        title={t('composer.newMessage')}
        onClick={() =>
          void navigate({ to: '/$slug/new/$draftId', params: { slug, draftId: uuid() } as never })
        }
      >
        <IconPencilPlus size={20} aria-hidden />
        {t('rail.write')}
      </UnstyledButton>
      <Link
        to="/$slug/customers"
        params={{ slug }}
        {...item(false)}
        activeProps={item(true)}
        activeOptions={{ exact: false }}
      >
        <IconUsers size={20} aria-hidden />
        {t('customers.title')}
      </Link>
      {instance.role === 'admin' && (
        <Link
          to="/$slug/bulk"
          params={{ slug }}
          {...item(false)}
          activeProps={item(true)}
          activeOptions={{ exact: false }}
        >
          <IconSend2 size={20} aria-hidden />
          {t('rail.bulk')}
        </Link>
      )}
      {instance.role === 'admin' && (
        <Link
          to="/$slug/apps/email"
          params={{ slug }}
          {...item(false)}
          activeProps={item(true)}
          activeOptions={{ exact: false }}
        >
          <IconApps size={20} aria-hidden />
          {t('rail.apps')}
        </Link>
      )}
      <Link to="/$slug/settings" params={{ slug }} {...item(false)} activeProps={item(true)}>
        <IconSettings size={20} aria-hidden />
        {t('rail.settings')}
      </Link>
      <span className={styles.space} />
      <span className={styles.bell}>{bell}</span>
      <span className={styles.me}>
        <Tooltip label={`${me.user.name} · ${me.user.email}`} position="right">
          <span>
            <InitialsAvatar name={me.user.name} size={30} />
          </span>
        </Tooltip>
      </span>
    </nav>
  );
}

/** The name of an organization, marked where it is a sandbox. */
function displayName({ name, kind }: Me['instances'][number]): string {
  return kind === 'sandbox' ? t('organizations.named', { name }) : name;
}
