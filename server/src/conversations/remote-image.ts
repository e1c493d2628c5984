import http from 'node:http';
import https from 'node:https';
import { checkTarget, type NetworkAccess, publicInternet } from '../network/network-access.ts';

/** An image fetched from the internet, or why it was refused. */
export type RemoteImage =
  | { kind: 'image'; mediaType: string; bytes: Buffer }
  | { kind: 'refused'; reason: 'address' | 'type' | 'size' | 'answer' };

const maxBytes = 10 * 1024 * 1024;
const maxRedirects = 3;
const timeoutMs = 10_000;
/** Image types that cannot contain scripts; SVG can. */
const allowedImageTypes = /^image\/(png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)$/;

/**
 * Fetches an image of a message on behalf of the reader: no cookies, no referrer, at most 10 MB in 10 seconds,
 * the look-up of names included, and 3 redirects. Only public addresses are requested; to prevent DNS rebinding each connection is made to
 * the address that was checked.
 */
export async function fetchImage(
  address: string,
  network: NetworkAccess = publicInternet,
  maxMs = timeoutMs,
): Promise<RemoteImage> {
  const signal = AbortSignal.timeout(maxMs);
  let at = address;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await fetchOnce(at, network, signal).catch(() => null);
    if (!answer) return { kind: 'refused', reason: 'answer' };
    if (answer.kind !== 'redirect') return answer;
    at = answer.to;
  }
  return { kind: 'refused', reason: 'answer' };
}

async function fetchOnce(
  address: string,
  network: NetworkAccess,
  signal: AbortSignal,
): Promise<RemoteImage | { kind: 'redirect'; to: string }> {
  const refused = { kind: 'refused', reason: 'address' } as const;
  const target = await checkTarget(address, network, signal);
  if (!target) return refused;
  const { url, secure, options } = target;
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(
      {
        ...options,
        headers: { host: url.host, accept: 'image/*', 'user-agent': 'Mozilla/5.0 (Postroom)' },
        agent: false,
        signal,
      },
      (answer) => {
        const { statusCode = 0, headers } = answer;
        const done = (outcome: Awaited<ReturnType<typeof fetchOnce>>) => {
          request.destroy();
          resolve(outcome);
        };
        if (statusCode >= 300 && statusCode < 400 && headers.location) {
          const to = URL.parse(headers.location, url.href);
          return done(to ? { kind: 'redirect', to: to.href } : refused);
        }
        if (statusCode !== 200) return done({ kind: 'refused', reason: 'answer' });
        const mediaType = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
        if (!allowedImageTypes.test(mediaType)) return done({ kind: 'refused', reason: 'type' });
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) return done({ kind: 'refused', reason: 'size' });
          chunks.push(chunk);
        });
        answer.on('end', () => done({ kind: 'image', mediaType, bytes: Buffer.concat(chunks) }));
        answer.on('error', reject);
      },
    );
    request.on('error', reject);
  });
}
