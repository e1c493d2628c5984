import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { createContext, lazy, Suspense, useContext, useEffect, useState } from 'react';
import { v4 as uuid } from 'uuid';
import type { Me } from '../api/client.ts';
import { me as meQuery } from '../api/queries.ts';
import { useLiveEvents } from '../api/use-live-events.ts';
import { useSyncLanguage } from '../features/account/use-sync-language.ts';
import { DisconnectedBanner } from '../features/shell/disconnected-banner.tsx';
import { Sidebar } from '../features/shell/sidebar.tsx';
import { afterFirstView } from '../ui/first-view.ts';
import { useHeldKeys, useKeys } from '../ui/use-keyboard-shortcuts.ts';
import { words } from '../words/words.ts';
import { NotFoundPage } from './not-found.tsx';
import styles from './shell.module.css';

// Loaded after the first view.
const Palette = lazy(() => import('../features/palette/command-palette.tsx'));
const Shortcuts = lazy(() => import('../features/shell/keyboard-shortcuts-dialog.tsx'));
const Bell = lazy(() => afterFirstView(() => import('../features/notifications/notification-bell.tsx')));

export type Place = { me: Me; instance: Me['instances'][number] };

const PlaceContext = createContext<Place | null>(null);

/** The signed-in user and the instance the page is in. */
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error('Only inside the shell');
  return place;
}

/** What stands around every page of an instance: the rail, and the live stream behind all of them. */
export function Shell() {
  const { slug } = useParams({ strict: false }) as { slug: string };
  const { data: me } = useSuspenseQuery(meQuery);
  useSyncLanguage(me);
  const instance = me.instances.find((one) => one.slug === slug);
  if (!instance) return <NotFoundPage />;
  return <InInstance key={instance.id} me={me} instance={instance} />;
}

function InInstance({ me, instance }: Place) {
  const live = useLiveEvents(instance.id, instance.lastEvent);
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  useHeldKeys(help || palette);
  usePaletteKey(() => setPalette((open) => !open));
  const navigate = useNavigate();
  // A window of its own shows what is written in it, and nothing around it.
  const alone = useLocation().pathname.startsWith(`/${instance.slug}/window/`);
  const go = (view: string) => () =>
    void navigate({ to: '/$slug/inbox/$view', params: { slug: instance.slug, view } });
  useKeys({
    '?': () => setHelp(true),
    c: () =>
      void navigate({
        to: '/$slug/new/$draftId',
        params: { slug: instance.slug, draftId: uuid() } as never,
      }),
    'g i': go('open'),
    'g m': go('mine'),
    'g u': go('unassigned'),
    'g d': go('done'),
  });
  return (
    <PlaceContext value={{ me, instance }}>
      <div className={styles.shell}>
        {live === 'lost' && (
          <div className={styles.lost} role="status">
            {words.live.lost}
          </div>
        )}
        {instance.role === 'admin' && <DisconnectedBanner instanceId={instance.id} slug={instance.slug} />}
        <div className={styles.columns}>
          {!alone && (
            <Sidebar
              me={me}
              instance={instance}
              bell={
                <Suspense>
                  <Bell instance={instance} />
                </Suspense>
              }
            />
          )}
          <Outlet />
        </div>
      </div>
      <Suspense>
        {help && <Shortcuts onClose={() => setHelp(false)} />}
        {palette && (
          <Palette
            instanceId={instance.id}
            slug={instance.slug}
            destinations={destinations(instance, (to) => void navigate({ to }))}
            close={() => setPalette(false)}
          />
        )}
      </Suspense>
    </PlaceContext>
  );
}

/** ⌘K or Ctrl K, also while one writes. */
function usePaletteKey(toggle: () => void) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return;
      event.preventDefault();
      toggle();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  });
}

/** The pages beside the inbox, by name. */
function destinations({ slug, role }: Me['instances'][number], go: (path: string) => void) {
  const admins = role === 'admin';
  return [
    { name: words.settings.title, go: () => go(`/${slug}/settings`) },
    { name: words.tags.title, go: () => go(`/${slug}/settings/tags`) },
    ...(admins
      ? [
          { name: words.email.title, go: () => go(`/${slug}/apps/email`) },
          { name: words.email.add, go: () => go(`/${slug}/apps/email/connect`) },
          { name: words.bulk.title, go: () => go(`/${slug}/bulk`) },
          { name: words.receiving.title, go: () => go(`/${slug}/settings/receiving`) },
        ]
      : []),
  ];
}
