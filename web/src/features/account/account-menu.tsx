import { Menu, Text, UnstyledButton } from '@mantine/core';
import {
  IconApps,
  IconChartBar,
  IconKeyboard,
  IconLogout,
  IconMenu2,
  IconSend2,
  IconSettings,
  IconUser,
} from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { Me } from '../../api/client.ts';
import { t } from '../../locales/messages.ts';
import { InitialsAvatar } from '../../ui/initials-avatar.tsx';
import { InstanceItems } from '../../ui/instance-items.tsx';
import { useSuspendedKeys } from '../../ui/use-keyboard-shortcuts.ts';
import { useNarrow } from '../../ui/use-narrow.ts';
import styles from './account-menu.module.css';
import { useSignOut } from './use-sign-out.ts';

/**
 * The menu at the avatar, by click, and by `g a`, which the page listens to before the menu is loaded. On a phone it also has the places that the bar has no room for, and
 * switches to another organization.
 */
export default function AccountMenu({
  me,
  instance,
  opened,
  setOpened,
  showShortcuts,
}: {
  me: Me;
  instance: Me['instances'][number];
  opened: boolean;
  setOpened(opened: boolean): void;
  showShortcuts(): void;
}) {
  const { user } = me;
  const { slug, role } = instance;
  const isNarrow = useNarrow();
  const signOut = useSignOut();
  useSuspendedKeys(opened);
  return (
    <Menu opened={opened} onChange={setOpened} position="top-start" width={230}>
      <Menu.Target>
        <UnstyledButton
          className={styles.button}
          aria-label={isNarrow ? t('rail.more') : `${t('rail.account')}: ${user.name}`}
          title={`${user.name} · ${user.email}`}
        >
          {isNarrow ? <IconMenu2 size={20} aria-hidden /> : <InitialsAvatar name={user.name} size={24} />}
          <span className={styles.name}>{isNarrow ? t('rail.more') : user.name}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--text)" truncate>
            {user.name}
          </Text>
          <Text size="xs" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        {isNarrow && role === 'admin' && (
          <>
            <Place to="/$slug/bulk" slug={slug} icon={IconSend2} name={t('bulk.title')} />
            <Place to="/$slug/reports" slug={slug} icon={IconChartBar} name={t('rail.reports')} />
            <Place to="/$slug/apps/email" slug={slug} icon={IconApps} name={t('rail.apps')} />
          </>
        )}
        {isNarrow && <Place to="/$slug/settings" slug={slug} icon={IconSettings} name={t('rail.settings')} />}
        <Place to="/$slug/settings/profile" slug={slug} icon={IconUser} name={t('account.you.title')} />
        {!isNarrow && (
          <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={showShortcuts}>
            {t('shortcuts.title')}
          </Menu.Item>
        )}
        <Menu.Divider />
        {isNarrow && (
          <>
            <Menu.Label>{t('rail.organizations')}</Menu.Label>
            <InstanceItems me={me} current={instance} />
            <Menu.Divider />
          </>
        )}
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut()}>
          {t('settings.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Place({
  to,
  slug,
  icon: Icon,
  name,
}: {
  to: string;
  slug: string;
  icon: typeof IconApps;
  name: string;
}) {
  return (
    <Menu.Item
      leftSection={<Icon size={16} aria-hidden />}
      renderRoot={(props) => <Link {...props} {...({ to, params: { slug } } as LinkProps)} />}
    >
      {name}
    </Menu.Item>
  );
}
