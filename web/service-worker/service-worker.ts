import { answerFromProgram, keepFiles, keepProgram, removeFormerPrograms } from './program-files.ts';
import { openNotification, showNotification } from './push.ts';

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', (event) => {
  // Nothing of a former version is needed: pages come from the server, and the files that open pages use are kept.
  event.waitUntil(keepProgram().then(() => self.skipWaiting()));
});

// Without navigation preload: what the server answers by itself, such as Google's callback, would be asked for twice.
self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([removeFormerPrograms(), self.clients.claim()]));
});

/** A page says which files it loaded before it had a service worker. */
self.addEventListener('message', (event) => {
  if (event.data?.type === 'loaded') event.waitUntil(keepFiles(event.data.files, event));
});

self.addEventListener('fetch', (event) => {
  const answer = answerFromProgram(event);
  if (answer) event.respondWith(answer);
});

self.addEventListener('push', (event) => event.waitUntil(showNotification(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openNotification(event.notification));
});
