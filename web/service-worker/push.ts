declare const self: ServiceWorkerGlobalScope;

/** What the server sends (server/src/push/push-message.ts): who and how many, never a subject or words. */
type PushMessage = { title: string; body: string; tag: string; path: string };

/** Shows a notification, in the place of an earlier one about the same, unless a window with focus shows that page. */
export async function showNotification(data: PushMessageData | null): Promise<void> {
  if (!data) return;
  const { title, body, tag, path } = data.json() as PushMessage;
  const windows = await self.clients.matchAll({ type: 'window' });
  if (windows.some(({ focused, url }) => focused && isPage(url, path))) return;
  await self.registration.showNotification(title, {
    body,
    tag,
    data: { path },
    icon: '/icon-192.png',
    badge: '/badge-96.png',
  });
}

/** Brings a window of Postroom to the page of a notification, or opens one. */
export async function openNotification(notification: Notification): Promise<void> {
  const { path } = notification.data as { path: string };
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const open = windows.find(({ url }) => isPage(url, path)) ?? windows[0];
  if (!open) {
    await self.clients.openWindow(path);
    return;
  }
  await open.focus().catch(() => {}); // A browser may refuse it: the page goes there all the same.
  // The page goes there itself, without a reload, which would close what is being written.
  if (!isPage(open.url, path)) open.postMessage({ type: 'open', path });
}

/** Whether a window shows a page; a conversation is the same in every list. */
function isPage(url: string, path: string): boolean {
  const lastPart = (of: string) => of.split('/').at(-1);
  return lastPart(new URL(url).pathname) === lastPart(path);
}
