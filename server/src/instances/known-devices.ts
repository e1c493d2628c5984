import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a browser is known after a sign-in (seconds). */
export const knownDeviceSeconds = 365 * 24 * 3600;

/**
 * The value of the cookie that marks a browser in which somebody has signed in with this address: a random
 * id, and its HMAC. Wrong passwords from elsewhere do not lock such a browser out (OWASP, Slow Down Online
 * Guessing Attacks with Device Cookies). It is no proof of identity, and opens nothing.
 */
export function createDeviceCookie(secret: string, email: string): string {
  const id = randomBytes(16).toString('base64url');
  return `${id}.${signatureOf(secret, email, id)}`;
}

/** The id of the device a cookie names, if it was issued for this address; null otherwise. */
export function knownDeviceOf(secret: string, email: string, cookie: string | null): string | null {
  const [id, given] = (cookie ?? '').split('.');
  if (!id || !given) return null;
  const [actual, wanted] = [Buffer.from(given), Buffer.from(signatureOf(secret, email, id))];
  return actual.length === wanted.length && timingSafeEqual(actual, wanted) ? id : null;
}

function signatureOf(secret: string, email: string, id: string): string {
  return createHmac('sha256', secret)
    .update(`postroom: known device\0${email.toLowerCase()}\0${id}`)
    .digest('base64url');
}
