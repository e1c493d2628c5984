import { lookup as lookUp } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { BlockList, isIP } from 'node:net';

/** An image fetched from the internet, or why it was refused. */
export type RemoteImage =
  | { kind: 'image'; mediaType: string; bytes: Buffer }
  | { kind: 'refused'; reason: 'address' | 'type' | 'size' | 'answer' };

/** How host names are resolved, and which addresses and ports are allowed; replaced in tests. */
export type NetworkAccess = {
  lookup(host: string): Promise<string[]>;
  isAllowed(ip: string): boolean;
  ports: number[];
};

const maxBytes = 10 * 1024 * 1024;
const maxRedirects = 3;
const timeoutMs = 10_000;
/** Image types that cannot contain scripts; SVG can. */
const allowedImageTypes = /^image\/(png|jpe?g|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)$/;

/** Networks outside the public internet (IANA special-purpose address registries for IPv4 and IPv6). */
const nonPublicNetworks = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  nonPublicNetworks.addSubnet(net, bits, 'ipv4');
}
const publicIpv6Networks = new BlockList();
publicIpv6Networks.addSubnet('2000::', 3, 'ipv6');
/** Within 2000::/3: documentation, benchmarks, and addresses that embed an IPv4 address (6to4, Teredo). */
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  nonPublicNetworks.addSubnet(net, bits, 'ipv6');
}

/** Whether an IP address belongs to the public internet. */
export function isPublic(ip: string): boolean {
  const family = isIP(ip);
  if (family === 4) return !nonPublicNetworks.check(ip, 'ipv4');
  return family === 6 && publicIpv6Networks.check(ip, 'ipv6') && !nonPublicNetworks.check(ip, 'ipv6');
}

const publicInternet: NetworkAccess = {
  async lookup(host) {
    return (await lookUp(host, { all: true })).map(({ address }) => address);
  },
  isAllowed: isPublic,
  ports: [80, 443],
};

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

/** Rejects when the signal aborts. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

async function fetchOnce(
  address: string,
  network: NetworkAccess,
  signal: AbortSignal,
): Promise<RemoteImage | { kind: 'redirect'; to: string }> {
  const refused = { kind: 'refused', reason: 'address' } as const;
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return refused;
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A look-up cannot be stopped, but it is not waited for.
  const ips = isIP(host) ? [host] : await Promise.race([network.lookup(host), rejected(signal)]);
  // Refused if one of its addresses is not public.
  if (!network.ports.includes(port) || ips.length === 0 || !ips.every(network.isAllowed)) return refused;
  const ip = ips[0]!;
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).get(
      {
        host: ip,
        port,
        path: `${url.pathname}${url.search}`,
        ...(secure && !isIP(host) && { servername: host }),
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
