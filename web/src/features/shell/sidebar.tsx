import { UnstyledButton } from '@mantine/core';
import {
  IconApps,
  IconChartBar,
  IconInbox,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconPencilPlus,
  IconSend2,
  IconSettings,
  IconUsers,
} from '@tabler/icons-react';
import { Link, type LinkProps, useNavigate } from '@tanstack/react-router';
import { type ReactNode, Suspense, useState } from 'react';
import { v4 as uuid } from 'uuid';
import type { Me } from '../../api/client.ts';
import { lazyPart } from '../../locales/lazy.ts';
import { t } from '../../locales/messages.ts';
import { atPress } from '../../ui/at-press.ts';
import { useDisplayChoice } from '../../ui/display-choices.ts';
import { afterFirstView } from '../../ui/first-view.ts';
import { Hint } from '../../ui/hint.tsx';
import { useNarrow } from '../../ui/use-narrow.ts';
import { InstanceButton } from './instance-button.tsx';
import styles from './sidebar.module.css';

const InstanceMenu = lazyPart(() => import('./instance-menu.tsx'), afterFirstView);

/** The parts of the sidebar that other features have. */
export type SidebarParts = {
  search: ReactNode;
  views: ReactNode;
  toasts: ReactNode;
  notificationButton: ReactNode;
  accountMenu: ReactNode;
};

type Props = { me: Me; instance: Me['instances'][number] } & SidebarParts;

/** The main navigation: beside the page, folded or open; on a phone a bar at the bottom. */
export function Sidebar(props: Props) {
  return useNarrow() ? <BottomBar {...props} /> : <SideColumn {...props} />;
}

function SideColumn({ me, instance, search, views, toasts, notificationButton, accountMenu }: Props) {
  const [sidebar, setSidebar] = useDisplayChoice('sidebar');
  const [organizationsOpen, setOrganizationsOpen] = useState(false);
  const isFolded = sidebar === 'folded';
  const foldLabel = t(isFolded ? 'rail.unfold' : 'rail.fold');
  const FoldIcon = isFolded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <nav
      className={isFolded ? `${styles.sidebar} ${styles.folded}` : styles.sidebar}
      aria-label={t('rail.label')}
    >
      <div className={styles.top}>
        <Suspense
          fallback={<InstanceButton instance={instance} {...atPress(() => setOrganizationsOpen(true))} />}
        >
          <InstanceMenu
            me={me}
            instance={instance}
            opened={organizationsOpen}
            onChange={setOrganizationsOpen}
          />
        </Suspense>
        <WriteButton slug={instance.slug} className={styles.iconButton!}>
          <IconPencilPlus size={16} aria-hidden />
        </WriteButton>
        <Hint label={foldLabel} position="right">
          <UnstyledButton
            className={styles.iconButton}
            aria-label={foldLabel}
            aria-expanded={!isFolded}
            onClick={() => setSidebar(isFolded ? 'open' : 'folded')}
          >
            <FoldIcon size={16} aria-hidden />
          </UnstyledButton>
        </Hint>
      </div>
      {search}
      <div className={styles.views}>{views}</div>
      {!isFolded && toasts}
      <div className={styles.places}>
        <Places instance={instance} />
      </div>
      <div className={styles.account}>
        {accountMenu}
        <span className={styles.bell}>{notificationButton}</span>
      </div>
    </nav>
  );
}

/** The places beside the inbox. Bulk messages and apps are for admins (C1). */
function Places({ instance: { slug, role } }: { instance: Me['instances'][number] }) {
  return (
    <>
      <SidebarLink to="/$slug/customers" params={{ slug }} icon={IconUsers}>
        {t('customers.title')}
      </SidebarLink>
      {role === 'admin' && (
        <>
          <SidebarLink to="/$slug/bulk" params={{ slug }} icon={IconSend2}>
            {t('bulk.title')}
          </SidebarLink>
          <SidebarLink to="/$slug/reports" params={{ slug }} icon={IconChartBar}>
            {t('rail.reports')}
          </SidebarLink>
          <SidebarLink to="/$slug/apps/email" params={{ slug }} icon={IconApps}>
            {t('rail.apps')}
          </SidebarLink>
        </>
      )}
      <SidebarLink to="/$slug/settings" params={{ slug }} icon={IconSettings}>
        {t('rail.settings')}
      </SidebarLink>
    </>
  );
}

function BottomBar({ instance, toasts, notificationButton, accountMenu }: Props) {
  const { slug } = instance;
  return (
    <nav className={styles.bottom} aria-label={t('rail.label')}>
      {toasts}
      <div className={styles.bottomBar}>
        <SidebarLink to="/$slug/inbox/$view" params={{ slug, view: 'open' }} icon={IconInbox}>
          {t('rail.inbox')}
        </SidebarLink>
        <WriteButton slug={slug} className={styles.item!}>
          <IconPencilPlus size={20} aria-hidden />
          <span>{t('rail.write')}</span>
        </WriteButton>
        <SidebarLink to="/$slug/customers" params={{ slug }} icon={IconUsers}>
          {t('customers.title')}
        </SidebarLink>
        <span className={styles.bell}>{notificationButton}</span>
        {accountMenu}
      </div>
    </nav>
  );
}

function WriteButton({
  slug,
  className,
  children,
}: {
  slug: string;
  className: string;
  children: ReactNode;
}) {
  const navigate = useNavigate();
  return (
    <Hint label={`${t('composer.newMessage')} · c`} position="right">
      <UnstyledButton
        className={className}
        aria-label={t('rail.write')}
        onClick={() =>
          void navigate({ to: '/$slug/new/$draftId', params: { slug, draftId: uuid() } as never })
        }
      >
        {children}
      </UnstyledButton>
    </Hint>
  );
}

function SidebarLink({
  icon: Icon,
  children,
  ...target
}: {
  to: `/$slug/${'inbox/$view' | 'customers' | 'bulk' | 'reports' | 'apps/email' | 'settings'}`;
  params: { slug: string; view?: string };
  icon: typeof IconInbox;
  children: string;
}) {
  return (
    <Link
      {...(target as LinkProps)}
      className={styles.item}
      activeProps={{ className: `${styles.item} ${styles.active}` }}
      title={children}
    >
      <Icon size={16} aria-hidden />
      <span>{children}</span>
    </Link>
  );
}
