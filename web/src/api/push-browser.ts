import { api, unwrapResponse } from './client.ts';
import { instanceParams } from './queries/instance-params.ts';

/** Whether this browser can be pushed to: not on iOS before Postroom is on the home screen, nor without HTTPS. */
export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** Remembered, so that it returns after the browser got another endpoint, or the user signed in again. */
const wantedKey = (instanceId: string) => `postroom push ${instanceId}`;

/** Whether the user of this browser wants notifications of an instance pushed to it. */
export function isPushWanted(instanceId: string): boolean {
  try {
    return localStorage.getItem(wantedKey(instanceId)) !== null;
  } catch {
    return false;
  }
}

function setWanted(instanceId: string, wanted: boolean): void {
  try {
    if (wanted) localStorage.setItem(wantedKey(instanceId), '1');
    else localStorage.removeItem(wantedKey(instanceId));
  } catch {
    // Without localStorage it must be switched on again.
  }
}

/** Asks for the permission, and has notifications pushed to this browser; false if the permission was refused. */
export async function switchPushOn(instanceId: string): Promise<boolean> {
  if ((await window.Notification.requestPermission()) !== 'granted') return false;
  await register(instanceId);
  setWanted(instanceId, true);
  return true;
}

export async function switchPushOff(instanceId: string): Promise<void> {
  setWanted(instanceId, false);
  await unwrapResponse(
    api.DELETE('/api/instances/{instanceId}/notifications/push', { params: instanceParams(instanceId) }),
  );
}

/** Registers this browser again, as it is now, where that is wanted and still allowed. */
export async function renewPush(instanceId: string): Promise<void> {
  if (canPush() && isPushWanted(instanceId) && window.Notification.permission === 'granted')
    await register(instanceId);
}

/** Forgets that pushing was wanted, and the browser's subscription: nothing arrives after a sign-out. */
export async function forgetPush(): Promise<void> {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(wantedKey(''))) localStorage.removeItem(key);
  if (!canPush()) return;
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

async function register(instanceId: string): Promise<void> {
  const params = instanceParams(instanceId);
  const path = '/api/instances/{instanceId}/notifications/push';
  const { publicKey } = await unwrapResponse(api.GET(path, { params }));
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribe(pushManager, publicKey);
  const { endpoint, keys } = subscription.toJSON() as {
    endpoint: string;
    keys: { p256dh: string; auth: string };
  };
  const { p256dh, auth } = keys;
  await unwrapResponse(api.PUT(path, { params, body: { endpoint, keys: { p256dh, auth } } }));
}

/** The browser has one subscription for all organizations. */
async function subscribe(pushManager: PushManager, publicKey: string): Promise<PushSubscription> {
  const options = { userVisibleOnly: true, applicationServerKey: publicKey };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    // It was made with a former key of the server.
    if ((error as Error).name !== 'InvalidStateError') throw error;
    await (await pushManager.getSubscription())?.unsubscribe();
    return pushManager.subscribe(options);
  }
}
