import { isIPv6 } from 'node:net';
import type { Counted } from './rate-limit.ts';

const seconds = 600;

/**
 * What a guess of a password is counted under. From a browser in which the account has signed in before, only
 * that browser's guesses count, and those of all such browsers together, since whoever knew an old password may
 * have made many: so nobody who never signed in can lock the account's owner out. From any other, guesses
 * count by account and IP address; by account, against many addresses; and by IP address, against guesses for
 * many accounts. `email` is null if what was sent is no address.
 */
export function signInAttempts(email: string | null, ip: string, knownDevice: string | null): Counted[] {
  const byAddress = { key: `sign-in from ${networkOf(ip)}`, limit: { max: 50, seconds } };
  if (email === null) return [byAddress];
  if (knownDevice) {
    return [
      { key: `sign-in as ${email} on ${knownDevice}`, limit: { max: 10, seconds } },
      { key: `sign-in as ${email} in known browsers`, limit: { max: 100, seconds } },
    ];
  }
  return [
    { key: `sign-in as ${email} from ${networkOf(ip)}`, limit: { max: 10, seconds } },
    // NIST SP 800-63B-4 §3.2.2: at most 100 failed attempts.
    { key: `sign-in as ${email}`, limit: { max: 100, seconds } },
    byAddress,
  ];
}

/** What a guess of the code of the second step is counted under; better-auth counts by account as well. */
export function secondStepAttempts(ip: string): Counted[] {
  return [{ key: `second step from ${networkOf(ip)}`, limit: { max: 50, seconds } }];
}

/** What a guess of the own password or code by somebody signed in is counted under. */
export function ownPasswordAttempts(userId: string): Counted[] {
  return [{ key: `password of ${userId}`, limit: { max: 10, seconds } }];
}

/** A request for a password link is counted like a guess; each may cost a mail. */
export function passwordLinkRequests(email: string, ip: string): Counted[] {
  return [
    { key: `password asked for ${email} from ${networkOf(ip)}`, limit: { max: 3, seconds: 900 } },
    { key: `password asked for ${email}`, limit: { max: 10, seconds: 3600 } },
    { key: `password asked from ${networkOf(ip)}`, limit: { max: 20, seconds: 900 } },
  ];
}

/** Sign-ins at a provider that were begun and not finished: an office shares an address. */
export function providerSignIns(ip: string): Counted[] {
  return [{ key: `provider sign-in from ${networkOf(ip)}`, limit: { max: 100, seconds } }];
}

/** Uses of links of any kind: more than anybody needs, far too few to guess one. */
export function linkUses(ip: string): Counted[] {
  return [{ key: `link ${networkOf(ip)}`, limit: { max: 60, seconds } }];
}

/** An IPv4 address, or the /64 of an IPv6 address, which a provider gives to one customer as a whole. */
export function networkOf(ip: string): string {
  const ipv4 = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (ipv4 || !isIPv6(ip)) return ipv4 ?? ip;
  const [left = [], right = []] = ip.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - left.length - right.length).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
