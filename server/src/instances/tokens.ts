import { createHash, randomBytes } from 'node:crypto';

/** A token for a link: 256 random bits, and the hash that is stored. */
export function newToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOf(token) };
}

/** SHA-256 of a token in hexadecimal. A token has 256 random bits, so no slower hash is needed. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
