import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** How host names are resolved, and which addresses and ports may be requested. */
export type NetworkAccess = {
  lookup(host: string): Promise<string[]>;
  isAllowed(ip: string): boolean;
  /** Null: any. */
  ports: number[] | null;
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

/** Whether a text is a network in CIDR notation (RFC 4632), such as `10.1.0.0/16`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d+$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** The public internet, and networks inside that the operator allows. */
export function networkAccess({
  ports,
  inside = [],
}: {
  ports: number[] | null;
  inside?: string[];
}): NetworkAccess {
  const allowed = new BlockList();
  for (const network of inside) {
    const [address = '', bits] = network.split('/');
    allowed.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return {
    async lookup(host) {
      return (await lookUp(host, { all: true })).map(({ address }) => address);
    },
    isAllowed: (ip) => isPublic(ip) || allowed.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4'),
    ports,
  };
}

/** The public internet, on the usual ports. */
export const publicInternet = networkAccess({ ports: [80, 443] });

/** Where to connect for a URL: the address that was checked, which prevents DNS rebinding. */
export type CheckedTarget = {
  url: URL;
  secure: boolean;
  /** Options of `http.request` and `https.request`. */
  options: { host: string; port: number; path: string; servername?: string };
};

/**
 * Resolves the host of an http or https URL and checks each of its addresses; null if one is not allowed. Rejects
 * when the signal aborts: a look-up cannot be stopped, but it is not waited for.
 */
export async function checkTarget(
  address: string,
  network: NetworkAccess,
  signal: AbortSignal,
): Promise<CheckedTarget | null> {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return null;
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const ips = isIP(host) ? [host] : await Promise.race([network.lookup(host), rejected(signal)]);
  if (network.ports && !network.ports.includes(port)) return null;
  if (ips.length === 0 || !ips.every(network.isAllowed)) return null;
  const options = { host: ips[0]!, port, path: `${url.pathname}${url.search}` };
  return { url, secure, options: secure && !isIP(host) ? { ...options, servername: host } : options };
}

/** Rejects when the signal aborts. */
function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
