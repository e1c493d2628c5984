import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ProblemError, problemOf } from '../api/client.ts';
import { me } from '../api/queries/account.ts';
import { withMessages } from '../locales/lazy.ts';
import { t } from '../locales/messages.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui/states.tsx';
import { InboxPage } from './inbox.tsx';
import { NotFoundPage } from './not-found.tsx';
import { Shell } from './shell.tsx';
import { UnreachablePage } from './unreachable.tsx';

type RouterContext = { client: QueryClient };

/** A page that is loaded when it is opened, with all messages. */
const lazyPage: typeof lazyRouteComponent = (load) => lazyRouteComponent(() => withMessages(load));

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error }) =>
    isUnreachable(error) ? <UnreachablePage /> : <ErrorState error={error} retry={() => location.reload()} />,
});

/** Whether Postroom gave no answer, or none that depends on the request. */
const isUnreachable = (error: unknown) =>
  error instanceof ProblemError && (error.status === 0 || error.status >= 500);

/** Redirects to the sign-in page where nobody is signed in; it returns to `href` afterwards. */
async function requireSignIn({ client }: RouterContext, href: string) {
  try {
    // Without network a query waits, and the page would stay empty.
    if (!navigator.onLine && !client.getQueryData(me.queryKey)) throw problemOf(0, null);
    return await client.ensureQueryData(me);
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) {
      throw redirect({ to: '/sign-in', search: (href === '/' ? {} : { to: href }) as never });
    }
    throw error;
  }
}

/** Pages that need no session. */
const publicPaths = [
  ['/sign-in', () => import('./sign-in.tsx')],
  ['/signed-in', () => import('./signed-in.tsx')],
  ['/invitation/$token', () => import('./invitation.tsx')],
  ['/password', () => import('./password-reset.tsx')],
  ['/password/$token', () => import('./password-reset.tsx')],
  ['/bootstrap/$token', () => import('./bootstrap.tsx')],
] as const;
const publicRoutes = publicPaths.map(([path, load]) =>
  createRoute({ getParentRoute: () => root, path, component: lazyPage(load) }),
);

/** The link that earlier releases printed at the first start. */
const movedBootstrap = createRoute({
  getParentRoute: () => root,
  path: '/first-run/$token',
  beforeLoad: ({ params: { token } }) => {
    throw redirect({ to: '/bootstrap/$token' as '/', params: { token } as never });
  },
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { instances } = await requireSignIn(context, '/');
    const first = instances[0];
    if (first) throw redirect({ to: '/$slug/inbox/$view', params: { slug: first.slug, view: 'open' } });
  },
  component: () => <EmptyState title={t('noOrganization.title')} text={t('noOrganization.text')} />,
});

const shell = createRoute({
  getParentRoute: () => root,
  path: '/$slug',
  beforeLoad: async ({ context, location }) => {
    await requireSignIn(context, location.href);
  },
  component: Shell,
});

const instanceRoute = <Path extends string>(
  path: Path,
  component: Parameters<typeof createRoute>[0]['component'],
) => createRoute({ getParentRoute: () => shell, path, component: component as never });

/** The query of a search is in the URL as it was typed. */
const searchRoute = <Path extends string>(path: Path) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    validateSearch: ({ q }: { q?: unknown }): { q: string } => ({ q: String(q ?? '') }),
    component: InboxPage,
  });
const settingsPages = [
  ['settings/profile', () => import('./profile.tsx')],
  ['settings/notifications', () => import('./notification-settings.tsx')],
  ['settings/security', () => import('./security.tsx')],
  ['settings/organizations', () => import('./organizations.tsx')],
  ['settings/general', () => import('./general-settings.tsx')],
  ['settings/people', () => import('./people.tsx')],
  ['settings/audit', () => import('./audit.tsx')],
] as const;
/** The paths of earlier releases, for bookmarks and links in mails. */
const movedSettingsPages = (
  [
    ['settings/you', '/$slug/settings/profile'],
    ['settings/inboxes', '/$slug/settings/organizations'],
  ] as const
).map(([path, to]) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    beforeLoad: ({ params: { slug } }) => {
      throw redirect({ to: to as '/$slug/settings', params: { slug } });
    },
  }),
);
// One page with and without the id of the connection, so that it keeps Google's window while the id appears.
const connectRoute = instanceRoute(
  'apps/email/connect',
  lazyPage(() => import('./connect.tsx')),
);

const routeTree = root.addChildren([
  ...publicRoutes,
  movedBootstrap,
  home,
  shell.addChildren([
    createRoute({
      getParentRoute: () => shell,
      path: '/',
      beforeLoad: ({ params }) => {
        throw redirect({ to: '/$slug/inbox/$view', params: { slug: params.slug, view: 'open' } });
      },
    }),
    instanceRoute('inbox/$view', InboxPage),
    instanceRoute('inbox/$view/$conversationId', InboxPage),
    instanceRoute('mailbox/$mailboxId', InboxPage),
    instanceRoute('mailbox/$mailboxId/$conversationId', InboxPage),
    instanceRoute('filter/$filterId', InboxPage),
    instanceRoute('filter/$filterId/$conversationId', InboxPage),
    searchRoute('search'),
    searchRoute('search/$conversationId'),
    instanceRoute(
      'new/$draftId',
      lazyPage(() => import('./new-message.tsx')),
    ),
    instanceRoute(
      'window/$kind/$id',
      lazyPage(() => import('./composer-window.tsx')),
    ),
    instanceRoute(
      'apps/email',
      lazyPage(() => import('./email.tsx')),
    ),
    connectRoute.addChildren([
      createRoute({ getParentRoute: () => connectRoute, path: '/' }),
      createRoute({ getParentRoute: () => connectRoute, path: '$connectionId' }),
    ]),
    instanceRoute(
      'apps/email/google',
      lazyPage(() => import('./google-set-up.tsx')),
    ),
    instanceRoute(
      'apps/email/templates',
      lazyPage(() => import('./templates.tsx')),
    ),
    instanceRoute(
      'apps/email/templates/$templateId',
      lazyPage(() => import('./template.tsx')),
    ),
    instanceRoute(
      'apps/email/$mailboxId',
      lazyPage(() => import('./mailbox-settings.tsx')),
    ),
    instanceRoute(
      'bulk',
      lazyPage(() => import('./bulk.tsx')),
    ),
    instanceRoute(
      'bulk/$bulkId',
      lazyPage(() => import('./bulk-message.tsx')),
    ),
    ...movedSettingsPages,
    ...settingsPages.map(([path, load]) => instanceRoute(path, lazyPage(load))),
    instanceRoute(
      'customers',
      lazyPage(() => import('./customers.tsx')),
    ),
    instanceRoute(
      'customers/$customerId',
      lazyPage(() => import('./customer.tsx')),
    ),
    instanceRoute(
      'settings/content',
      lazyPage(() => import('./content.tsx')),
    ),
    instanceRoute(
      'settings/tags',
      lazyPage(() => import('./tags.tsx')),
    ),
    instanceRoute(
      'settings/writing',
      lazyPage(() => import('./writing-settings.tsx')),
    ),
    instanceRoute(
      'settings/opening-hours',
      lazyPage(() => import('./opening-hours.tsx')),
    ),
    instanceRoute(
      'settings/health',
      lazyPage(() => import('./deployment-health.tsx')),
    ),
    instanceRoute(
      'settings/api-keys',
      lazyPage(() => import('./api-keys.tsx')),
    ),
    instanceRoute(
      'settings/webhooks',
      lazyPage(() => import('./webhooks.tsx')),
    ),
    instanceRoute(
      'settings/webhooks/$webhookId',
      lazyPage(() => import('./webhook.tsx')),
    ),
    instanceRoute(
      'reports',
      lazyPage(() => import('./reports.tsx')),
    ),
    instanceRoute(
      'settings/receiving',
      lazyPage(() => import('./receiving.tsx')),
    ),
    instanceRoute(
      'settings',
      lazyPage(() => import('./settings.tsx')),
    ),
  ]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: false,
    // LoadingState waits by itself before it shows anything.
    defaultPendingComponent: LoadingState,
    defaultPendingMs: 0,
    defaultPendingMinMs: 0,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
  interface HistoryState {
    /** The `mailto:` link that a new message was begun with. */
    mailto?: string;
  }
}
