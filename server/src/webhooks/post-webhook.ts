import http from 'node:http';
import https from 'node:https';
import { Webhook } from 'standardwebhooks';
import { checkTarget, isPublic, type NetworkAccess } from '../network/network-access.ts';
import { type StoredProblem, storedProblem } from '../problems.ts';

/** One message to a webhook: `id` stays the same when it is sent again. */
export type WebhookMessage = { id: string; url: string; secrets: string[]; body: string };

export type PostOutcome = {
  /** Null: it was accepted. */
  problem: StoredProblem | null;
  /** The HTTP status; null without an answer. */
  status: number | null;
  /** The beginning of an answer that refused it. */
  response: string | null;
};

const timeoutMs = 15_000;
const shownResponse = 500;

/**
 * Posts a message by the Standard Webhooks scheme (https://www.standardwebhooks.com), signed with each secret. Any
 * status of 200 to 299 accepts it; redirects are not followed. The connection is made to the address that was
 * checked. Plain HTTP goes to allowed networks inside only. Never rejects.
 */
export async function postWebhook(
  message: WebhookMessage,
  { network, now }: { network: NetworkAccess; now: Date },
): Promise<PostOutcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  const unanswered = { status: null, response: null };
  try {
    const target = await checkTarget(message.url, network, signal);
    if (!target || (!target.secure && isPublic(target.options.host))) {
      return { problem: storedProblem('webhook-address-refused'), ...unanswered };
    }
    const { url, secure, options } = target;
    const { status, response } = await new Promise<{ status: number; response: string }>(
      (resolve, reject) => {
        const request = (secure ? https : http).request(
          {
            ...options,
            method: 'POST',
            headers: { host: url.host, 'user-agent': 'Postroom', ...headersOf(message, now) },
            agent: false,
            signal,
          },
          (answer) => {
            const chunks: Buffer[] = [];
            let size = 0;
            const done = () => {
              resolve({ status: answer.statusCode ?? 0, response: Buffer.concat(chunks).toString() });
              request.destroy();
            };
            answer.on('data', (chunk: Buffer) => {
              chunks.push(chunk);
              size += chunk.length;
              if (size > 4 * shownResponse) done();
            });
            answer.on('end', done);
            answer.on('error', reject);
          },
        );
        request.on('error', reject);
        request.end(message.body);
      },
    );
    if (status >= 200 && status < 300) return { problem: null, status, response: null };
    const code = status >= 300 && status < 400 ? 'webhook-redirected' : 'webhook-refused';
    // Characters that no table can store.
    const shown = response.replaceAll('\0', '').slice(0, shownResponse);
    return { problem: storedProblem(code, { status: String(status) }), status, response: shown };
  } catch {
    const code = signal.aborted ? 'webhook-timed-out' : 'webhook-unreachable';
    return { problem: storedProblem(code), ...unanswered };
  }
}

function headersOf({ id, secrets, body }: WebhookMessage, now: Date): Record<string, string | number> {
  return {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'webhook-id': id,
    'webhook-timestamp': Math.floor(now.getTime() / 1000),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
