import { createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encrypts secrets that are stored in the database. */
export type Sealer = {
  /** Encrypts `text` for one purpose (such as a mailbox's refresh token), for which alone it can be opened. */
  seal(text: string, purpose: string): Promise<string>;
  /** The text; null if no known secret opens it or it was sealed for another purpose. */
  open(sealed: string, purpose: string): Promise<string | null>;
};

/**
 * Seals with JWE (RFC 7516: `dir`, A256GCM). The key is derived from the first secret (HKDF, RFC 5869);
 * the others are former secrets, still accepted for opening and identified by `kid`.
 */
export function createSealer(secrets: [string, ...string[]]): Sealer {
  const keys = secrets.map(deriveKey);
  const [current] = keys as [Key, ...Key[]];
  return {
    seal(text, purpose) {
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: current.kid, purpose })
        .encrypt(current.bytes);
    },
    async open(sealed, purpose) {
      try {
        const header = decodeProtectedHeader(sealed);
        const key = keys.find(({ kid }) => kid === header.kid);
        if (!key || header.purpose !== purpose) return null;
        const { plaintext } = await compactDecrypt(sealed, key.bytes, {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return new TextDecoder().decode(plaintext);
      } catch {
        return null; // damaged or forged
      }
    },
  };
}

/** The id (`kid`) of the key that is derived from a secret. It does not reveal the secret. */
export function keyIdOf(secret: string): string {
  return deriveKey(secret).kid;
}

type Key = { kid: string; bytes: Uint8Array };

function deriveKey(secret: string): Key {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, 'postroom', 'sealed at rest, version 1', 32));
  return { kid: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes };
}
