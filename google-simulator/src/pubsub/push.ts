import { SignJWT } from 'jose';
import { signingKey } from '../sign-in/keys.ts';
import type { Simulator } from '../simulator.ts';
import { acknowledge, type Leased, lease, setDeadline } from './lease-messages.ts';
import { getSubscription, markActive, type PushConfig, type Subscription } from './subscriptions.ts';

/** The statuses that acknowledge a push (docs/gmail.md, section 2); after any other it is retried. */
const ackStatusCodes = new Set([102, 200, 201, 202, 204]);
const maxOutstanding = 20;

/** Pushes due messages to the subscriptions that have an endpoint, until the simulator stops. */
export function startPushing(simulator: Simulator): void {
  const pushDue = (name: string): void => {
    const row = simulator.store.get(
      `SELECT 1 FROM subscriptions WHERE name = ? AND push_config <> '{}'`,
      name,
    );
    if (!row) return;
    const subscription = getSubscription(simulator, name);
    for (const leased of lease(simulator, subscription, maxOutstanding))
      void push(simulator, subscription, leased);
  };
  // Polls as well, because retries become due with time, and everything when the clock is moved.
  const timer = setInterval(() => {
    const names = simulator.store.all<{ name: string }>(
      `SELECT name FROM subscriptions WHERE push_config <> '{}'`,
    );
    for (const { name } of names) pushDue(name);
  }, 200);
  simulator.wakeUps.on('pubsub', pushDue);
  simulator.stopping.addEventListener('abort', () => {
    clearInterval(timer);
    simulator.wakeUps.off('pubsub', pushDue);
  });
}

async function push(simulator: Simulator, subscription: Subscription, leased: Leased): Promise<void> {
  const { name, pushConfig, ackDeadlineSeconds } = subscription;
  const status = await post(simulator, pushConfig, name, leased, ackDeadlineSeconds);
  if (simulator.stopping.aborted) return;
  if (ackStatusCodes.has(status)) {
    markActive(simulator, name);
    acknowledge(simulator, name, [leased.ackId]);
    return;
  }
  // Push backoff runs from 100 ms to 60 s: https://cloud.google.com/pubsub/docs/push#push_backoff
  const backoff = Math.min(100 * 2 ** (leased.attempts - 1), 60_000);
  setDeadline(simulator, name, [leased.ackId], backoff);
}

/** The HTTP status of the endpoint's response; 0 if there was none. */
async function post(
  simulator: Simulator,
  config: PushConfig,
  name: string,
  { message }: Leased,
  seconds: number,
): Promise<number> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'user-agent': 'APIs-Google' };
  if (config.oidcToken) headers.authorization = `Bearer ${await oidcToken(simulator, config)}`;
  const { messageId, publishTime } = message;
  try {
    const response = await fetch(config.pushEndpoint!, {
      method: 'POST',
      redirect: 'manual',
      headers,
      body: JSON.stringify({
        message: { ...message, message_id: messageId, publish_time: publishTime },
        subscription: name,
      }),
      signal: AbortSignal.any([simulator.stopping, AbortSignal.timeout(seconds * 1000)]),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function oidcToken({ store, origin }: Simulator, { oidcToken, pushEndpoint }: PushConfig): Promise<string> {
  const key = signingKey(store);
  const email = oidcToken?.serviceAccountEmail ?? '';
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ email, email_verified: true, azp: email })
    .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
    .setIssuer(origin)
    .setAudience(oidcToken?.audience ?? pushEndpoint ?? '')
    .setSubject('113774264463038321964')
    .setIssuedAt(now)
    .setExpirationTime(now + 3600)
    .sign(key);
}
