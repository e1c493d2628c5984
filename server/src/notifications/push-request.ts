import { createHash } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { checkTarget, type NetworkAccess } from '../network/network-access.ts';
import type { PushKeys } from './push-keys.ts';
import type { PushMessage } from './push-message.ts';
import type { PushTarget } from './push-subscriptions.ts';

/** `retryAfterMs`: as the push service asks, if it does. */
export type PushOutcome =
  | { kind: 'sent' | 'gone' }
  | { kind: 'retry'; retryAfterMs: number | null }
  | { kind: 'refused'; status: number };

/** How long the push service keeps it for a browser that is off (seconds): until the next morning. */
const ttlSeconds = 12 * 3600;
const timeoutMs = 10_000;
/** A push service may not put sending off for longer. */
const maxRetryAfterMs = 3600_000;

/**
 * Sends one message to a browser's push service (RFC 8030), encrypted for that browser (RFC 8291). The endpoint is a URL
 * that a client gave: only https to public addresses, checked at the connection, and no redirect is followed. `contact`:
 * whom the push service may write to, an https: or mailto: URL (RFC 8292, section 2.1).
 */
export async function requestPush(
  target: PushTarget,
  message: PushMessage,
  { keys, contact, network }: { keys: PushKeys; contact: string; network: NetworkAccess },
): Promise<PushOutcome> {
  const url = URL.parse(target.endpoint);
  if (!url || (url.protocol !== 'https:' && !network.allowsHttp)) return { kind: 'gone' };
  const { default: webPush } = await import('web-push');
  const { method, headers, body } = webPush.generateRequestDetails(target, JSON.stringify(message), {
    TTL: ttlSeconds,
    urgency: 'normal',
    // One that still waits there is replaced (RFC 8030, section 5.4): 32 characters of base64url.
    topic: createHash('sha256').update(message.tag).digest('base64url').slice(0, 32),
    contentEncoding: 'aes128gcm',
    vapidDetails: { subject: contact, ...keys },
  });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const checked = await checkTarget(url.href, network, signal);
    if (!checked) return { kind: 'gone' };
    const sent = { method, headers: { ...headers, host: url.host } };
    const options = { ...checked.options, ...sent, agent: false as const, signal };
    return outcomeOf(await send(checked.secure ? https : http, options, body));
  } catch {
    return { kind: 'retry', retryAfterMs: null }; // No answer, or the name was not found.
  }
}

type Answer = { status: number; retryAfter: string | undefined };

function send(
  client: typeof http | typeof https,
  options: https.RequestOptions,
  body: Buffer | null,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = client.request(options, (answer) => {
      resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] });
      // Nothing of what it says is read.
      request.destroy();
    });
    request.on('error', reject);
    request.end(body);
  });
}

function outcomeOf({ status, retryAfter }: Answer): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status === 429 || status >= 500) {
    const seconds = Number(retryAfter);
    const retryAfterMs = seconds > 0 ? Math.min(seconds * 1_000, maxRetryAfterMs) : null;
    return { kind: 'retry', retryAfterMs };
  }
  return { kind: 'refused', status };
}
