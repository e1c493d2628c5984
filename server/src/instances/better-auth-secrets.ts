import { createHash } from 'node:crypto';
import type { Secrets } from '../secrets.ts';

/** How everything begins that better-auth encrypts with this secret. */
export function encryptedPrefix([current]: Secrets): string {
  return `$ba$${secretVersion(current)}$`;
}

/**
 * Encrypts a value of better-auth with the current secret; null if none of the secrets opens it. Before secrets had
 * versions, a value did not say which one encrypted it.
 */
export async function encryptAgain(value: string, secrets: Secrets): Promise<string | null> {
  const { symmetricDecrypt, symmetricEncrypt } = await import('better-auth/crypto');
  const keys = new Map(secrets.map((secret) => [secretVersion(secret), secret]));
  const currentVersion = secretVersion(secrets[0]);
  for (const legacySecret of secrets) {
    const key = { keys, currentVersion, legacySecret };
    const data = await symmetricDecrypt({ key, data: value }).catch(() => null);
    if (data !== null) return symmetricEncrypt({ key, data });
  }
  return null;
}

/** The number by which better-auth finds the secret that sealed something: it must not depend on their order. */
export function secretVersion(secret: string): number {
  return createHash('sha256').update(`version ${secret}`).digest().readUIntBE(0, 4);
}
