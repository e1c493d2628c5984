import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** How host names are resolved, and which addresses and ports are allowed; replaced in tests. */
export type NetworkAccess = {
  lookup(host: string): Promise<string[]>;
  isAllowed(ip: string): boolean;
  ports: number[];
  /** Whether http: is allowed where https: is required; only in tests. */
  allowsHttp?: boolean;
};

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

export const publicInternet: NetworkAccess = {
  async lookup(host) {
    return (await lookUp(host, { all: true })).map(({ address }) => address);
  },
  isAllowed: isPublic,
  ports: [80, 443],
};

/**
 * Where to connect for a URL that somebody else chose, as options of `http.request` and `https.request`: to the address
 * that was checked, which prevents DNS rebinding. Null if one of its addresses is not public, or its port or scheme is
 * not allowed. Rejects if the name is not found, or the signal aborts.
 */
export async function checkedTarget(url: URL, network: NetworkAccess, signal: AbortSignal) {
  if (!/^https?:$/.test(url.protocol)) return null;
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // A look-up cannot be stopped, but it is not waited for.
  const ips = isIP(host) ? [host] : await Promise.race([network.lookup(host), rejected(signal)]);
  if (!network.ports.includes(port) || ips.length === 0 || !ips.every(network.isAllowed)) return null;
  return {
    host: ips[0]!,
    port,
    path: `${url.pathname}${url.search}`,
    ...(secure && !isIP(host) && { servername: host }),
    agent: false as const,
    signal,
  };
}

/** Rejects when the signal aborts. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
