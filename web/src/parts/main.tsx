import '../ui/mantine.css';
import '@mantine/notifications/styles.css';
import '../ui/base.css';
import { MantineProvider } from '@mantine/core';
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { loadAllMessages, setLanguage } from '../locales/messages.ts';
import { theme } from '../ui/theme.ts';
import { cssVariables } from '../ui/tokens.ts';
import { Parts } from './parts.tsx';

// Links need a router; none of them leads anywhere.
const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
await setLanguage('en');
await loadAllMessages();
createRoot(document.getElementById('root')!).render(
  <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
    <RouterContextProvider router={router as never}>
      <Parts />
    </RouterContextProvider>
  </MantineProvider>,
);
