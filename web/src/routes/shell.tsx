import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import {
  createContext,
  Suspense,
  useContext,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { v4 as uuid } from 'uuid';
import type { Me } from '../api/client.ts';
import { me as meQuery, notifications } from '../api/queries/account.ts';
import { useLiveEvents } from '../api/use-live-events.ts';
import { EndedSession } from '../features/account/ended-session.tsx';
import { useSyncLanguage } from '../features/account/use-sync-language.ts';
import { ViewsNav } from '../features/conversations/list/views-nav.tsx';
import { DisconnectedBanner } from '../features/shell/disconnected-banner.tsx';
import { Sidebar } from '../features/shell/sidebar.tsx';
import { lazyPart } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { Announcements } from '../ui/announce.tsx';
import { useDisplayChoice } from '../ui/display-choices.ts';
import { afterFirstView } from '../ui/first-view.ts';
import { holdKeys } from '../ui/hold-keys.ts';
import { useTabTitle } from '../ui/page-title.ts';
import { shortcutKey } from '../ui/shortcut-key.ts';
import { SkipLinks } from '../ui/skip-links.tsx';
import { useKeyboardShortcuts, useSuspendedKeys } from '../ui/use-keyboard-shortcuts.ts';
import { useNarrow } from '../ui/use-narrow.ts';
import { NotFoundPage } from './not-found.tsx';
import styles from './shell.module.css';
import { ShellSearch } from './shell-search.tsx';

// Not needed for the first view.
const CommandPalette = lazyPart(() => import('../features/palette/command-palette.tsx'));
const KeyboardShortcutsDialog = lazyPart(() => import('../features/shell/keyboard-shortcuts-dialog.tsx'));
const NotificationBell = lazyPart(
  () => import('../features/notifications/notification-bell.tsx'),
  afterFirstView,
);

const Toasts = lazyPart(() => import('./toasts.tsx'), afterFirstView);
const ProgramVersion = lazyPart(() => import('../features/shell/program-version.tsx'), afterFirstView);
const PauseBanner = lazyPart(() => import('../features/shell/pause-banner.tsx'), afterFirstView);
const OutboxBar = lazyPart(() => import('../features/composer/outbox/outbox-bar.tsx'), afterFirstView);
const RequiredSignIn = lazyPart(() => import('../features/account/required-sign-in.tsx'));
const AccountMenu = lazyPart(() => import('../features/account/account-menu.tsx'), afterFirstView);

export type AppContextValue = { me: Me; instance: Me['instances'][number] };

const AppContext = createContext<AppContextValue | null>(null);

/** The signed-in user and the instance the page is in. */
export function useAppContext(): AppContextValue {
  const value = useContext(AppContext);
  if (!value) throw new Error('Only inside the shell');
  return value;
}

/** The frame of every page of an instance: the sidebar, and the subscription to live events. */
export function Shell() {
  const slug = useParams({ strict: false, select: (params) => (params as { slug: string }).slug });
  const { data: me } = useSuspenseQuery(meQuery);
  useSyncLanguage(me);
  const instance = me.instances.find((one) => one.slug === slug);
  if (!instance) return <NotFoundPage />;
  if (instance.requires) {
    return (
      <Suspense>
        <RequiredSignIn me={me} instance={instance} />
      </Suspense>
    );
  }
  return <InstanceShell key={instance.id} me={me} instance={instance} />;
}

function InstanceShell({ me, instance }: AppContextValue) {
  const { slug } = instance;
  const connectionState = useLiveEvents(instance.id, instance.lastEvent);
  const [helpOpen, setHelpOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [accountOpen, setAccountOpen] = useState(false);
  useSuspendedKeys(helpOpen || paletteOpen);
  usePaletteKey(() => {
    if (!paletteOpen) holdKeys();
    setPaletteOpen(!paletteOpen);
  });
  const navigate = useNavigate();
  // A pop-up window shows the composer only.
  const isPopupWindow = useLocation({
    select: ({ pathname }) => pathname.startsWith(`/${instance.slug}/window/`),
  });
  // Only whether one is open, so that going from one to another does not render the sidebar.
  const conversationOpen = useParams({ strict: false, select: (params) => 'conversationId' in params });
  const [sidebar] = useDisplayChoice('sidebar');
  const isNarrow = useNarrow();
  // Else they are in the sidebar, or above the bar of a phone.
  const toastsBelow = isPopupWindow || (!isNarrow && sidebar === 'folded');
  const goToView = (view: string) => () =>
    void navigate({ to: '/$slug/inbox/$view', params: { slug: instance.slug, view } });
  const context = useMemo(() => ({ me, instance }), [me, instance]);
  useKeyboardShortcuts({
    '?': () => setHelpOpen(true),
    c: () => {
      holdKeys();
      void navigate({
        to: '/$slug/new/$draftId',
        params: { slug: instance.slug, draftId: uuid() } as never,
      });
    },
    'g a': () => {
      holdKeys();
      setAccountOpen(true);
    },
    'g i': goToView('open'),
    'g m': goToView('mine'),
    'g u': goToView('unassigned'),
    'g d': goToView('done'),
  });
  return (
    <AppContext value={context}>
      <TabTitle instance={instance} />
      <EndedSession user={me.user} />
      {!isPopupWindow && <SkipLinks conversationOpen={conversationOpen} />}
      <Announcements />
      <div className={styles.shell}>
        {connectionState === 'lost' && (
          <div className={styles.connectionLost} role="status">
            {t('live.lost')}
          </div>
        )}
        <Suspense>
          <PauseBanner instanceId={instance.id} isAdmin={instance.role === 'admin'} />
        </Suspense>
        {instance.role === 'admin' && <DisconnectedBanner instanceId={instance.id} slug={slug} />}
        <Suspense>
          <OutboxBar userId={me.user.id} />
        </Suspense>
        <div className={styles.columns}>
          {!isPopupWindow && (
            <Sidebar
              me={me}
              instance={instance}
              search={<ShellSearch instanceId={instance.id} slug={slug} />}
              views={<ViewsNav instanceId={instance.id} slug={slug} />}
              toasts={
                <Suspense>
                  <Toasts />
                </Suspense>
              }
              accountMenu={
                <Suspense>
                  <AccountMenu
                    me={me}
                    instance={instance}
                    opened={accountOpen}
                    setOpened={setAccountOpen}
                    showShortcuts={() => setHelpOpen(true)}
                  />
                </Suspense>
              }
              notificationButton={
                <Suspense>
                  <NotificationBell instance={instance} />
                </Suspense>
              }
            />
          )}
          <Outlet />
        </div>
        <Suspense>{toastsBelow && <Toasts />}</Suspense>
        <Suspense>
          <ProgramVersion />
        </Suspense>
      </div>
      <Suspense>
        {helpOpen && <KeyboardShortcutsDialog onClose={() => setHelpOpen(false)} />}
        {paletteOpen && (
          <CommandPalette
            instanceId={instance.id}
            slug={instance.slug}
            destinations={paletteDestinations(instance, (to) => void navigate({ to }))}
            close={() => setPaletteOpen(false)}
          />
        )}
      </Suspense>
    </AppContext>
  );
}

/** Titles the tab; by itself, so that another title does not render the shell. */
function TabTitle({ instance: { id, name } }: Pick<AppContextValue, 'instance'>) {
  // Fetched by the bell.
  const unread = useQuery({ ...notifications(id), enabled: false }).data?.unread ?? 0;
  useTabTitle(unread, name);
  return null;
}

/** ⌘K or Ctrl+K, also in a text field. */
function usePaletteKey(toggle: () => void) {
  const onPress = useEffectEvent((event: KeyboardEvent) => {
    if (shortcutKey(event) !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return;
    event.preventDefault();
    toggle();
  });
  // As soon as the page is shown: a key pressed at once would be the browser's.
  useLayoutEffect(() => {
    document.addEventListener('keydown', onPress);
    return () => document.removeEventListener('keydown', onPress);
  }, []);
}

/** The pages outside the inbox, by name. */
function paletteDestinations({ slug, role }: Me['instances'][number], go: (path: string) => void) {
  const admins = role === 'admin';
  return [
    { name: t('settings.title'), go: () => go(`/${slug}/settings`) },
    { name: t('tags.title'), go: () => go(`/${slug}/settings/tags`) },
    ...(admins
      ? [
          { name: t('email.title'), go: () => go(`/${slug}/apps/email`) },
          { name: t('email.add'), go: () => go(`/${slug}/apps/email/connect`) },
          { name: t('bulk.title'), go: () => go(`/${slug}/bulk`) },
          { name: t('rail.reports'), go: () => go(`/${slug}/reports`) },
          { name: t('receiving.title'), go: () => go(`/${slug}/settings/receiving`) },
        ]
      : []),
  ];
}
