import './ui/mantine.css';
import './ui/base.css';
import './ui/display-preferences.css';
import './ui/print.css';
import { MantineProvider } from '@mantine/core';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ProblemError } from './api/client.ts';
import { chosenLanguage } from './locales/chosen-language.ts';
import { loadAgain } from './locales/load-again.ts';
import { language, setLanguage } from './locales/messages.ts';
import { createAppRouter } from './routes/router.tsx';
import { refuseStrayFiles } from './ui/file-drag.ts';
import { followNotifications } from './ui/follow-notifications.ts';
import { ignoreComposedKeys } from './ui/ignore-composed-keys.ts';
import { styleNonce } from './ui/style-nonce.ts';
import { theme } from './ui/theme.ts';
import { cssVariables } from './ui/tokens.ts';

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session has ended: sign in, then return here.
      if (error instanceof ProblemError && error.status === 401 && location.pathname !== '/sign-in') {
        const to = location.pathname + location.search;
        void router.navigate({ to: '/sign-in', search: { to } as never });
      }
    },
  }),
  defaultOptions: {
    // Without network it fails at once and says so. What waited would be done later, also where its dialog was closed.
    mutations: { networkMode: 'always' },
    queries: {
      staleTime: 10_000,
      // A 4xx response would not change; another failure may be temporary.
      retry: (failures, error) =>
        failures < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
    },
  },
});
const router = createAppRouter(client);
ignoreComposedKeys();
refuseStrayFiles();
followNotifications((path) => void router.navigate({ to: path as '/' }));

// Read by get-nonce, for the style with which Mantine's dialogs stop the page from scrolling.
Object.assign(globalThis, { __webpack_nonce__: styleNonce });
await loadAgain(() => setLanguage(chosenLanguage()));
document.documentElement.lang = language;
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce ?? ''}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
