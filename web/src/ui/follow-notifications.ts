/**
 * Calls `open` with the path that a notification leads to when it is clicked (web/service-worker/push.ts). A browser keeps
 * no message for a page that does not listen yet, so this is called as soon as the program runs.
 */
export function followNotifications(open: (path: string) => void): void {
  // Missing where the page is neither HTTPS nor localhost.
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  container?.addEventListener('message', ({ data }: MessageEvent<{ type?: string; path?: string }>) => {
    if (data?.type === 'open' && data.path) open(data.path);
  });
}
