import { Anchor, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { t } from '../../locales/messages.ts';

/** How often an open page asks whether there is a new version (ms). */
const updateEveryMs = 60 * 60_000;

/**
 * Registers the service worker, which keeps the program's files and shows pushed notifications; says when a new version
 * is there. Renders nothing.
 */
export default function ProgramVersion(): null {
  useEffect(() => {
    // Missing where the page is neither HTTPS nor localhost.
    const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!container || !import.meta.env.PROD) return;
    const ended = new AbortController();
    void register(container, ended.signal).catch(() => {}); // Refused by the browser's settings: nothing depends on it.
    return () => ended.abort();
  }, []);
  return null;
}

async function register(container: ServiceWorkerContainer, signal: AbortSignal): Promise<void> {
  const before = container.controller;
  container.addEventListener('controllerchange', () => before && showNewVersion(), { signal });
  const registration = await container.register('/sw.js', { updateViaCache: 'none' });
  let asked = Date.now();
  const update = () => {
    if (document.hidden || Date.now() - asked < updateEveryMs) return;
    asked = Date.now();
    void registration.update().catch(() => {}); // No network: the next time.
  };
  document.addEventListener('visibilitychange', update, { signal });
  const timer = setInterval(update, updateEveryMs);
  signal.addEventListener('abort', () => clearInterval(timer));
  if (before) return;
  const { active } = await container.ready;
  const files = performance.getEntriesByType('resource').map(({ name }) => name);
  active?.postMessage({ type: 'loaded', files });
}

function showNewVersion(): void {
  notifications.show({
    id: 'new-version',
    autoClose: false,
    message: (
      <Group justify="space-between" gap="xs">
        {t('program.newVersion')}
        <Anchor component="button" type="button" fw={600} onClick={() => location.reload()}>
          {t('program.reload')}
        </Anchor>
      </Group>
    ),
  });
}
