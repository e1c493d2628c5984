import { createHash, hkdfSync } from 'node:crypto';
import { CompactEncrypt, type CryptoKey, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Encrypts secrets that are stored in the database. */
export type Sealer = {
  /** Encrypts `text` for one purpose (such as a mailbox's refresh token), for which alone it can be opened. */
  seal(text: string, purpose: string): Promise<string>;
  /** The text; null if no known secret opens it or it was sealed for another purpose. */
  open(sealed: string, purpose: string): Promise<string | null>;
  /** The same text sealed with the current secret; null if no known secret opens it. */
  reseal(sealed: string): Promise<string | null>;
  /** How everything begins that is sealed with the current secret. */
  prefix: string;
};

/**
 * Seals with JWE (RFC 7516: `dir`, A256GCM). The key is derived from the first secret (HKDF, RFC 5869);
 * the others are former secrets, still accepted for opening and identified by `kid`.
 */
export function createSealer(secrets: [string, ...string[]]): Sealer {
  const keys = secrets.map(deriveKey);
  const [current] = keys as [Key, ...Key[]];
  const header = { alg: 'dir', enc: 'A256GCM', kid: current.kid };
  const start = Buffer.from(JSON.stringify(header).slice(0, -'"}'.length));
  const sealer: Sealer = {
    // Base64url encodes three bytes in four characters, so the last bytes depend on what follows.
    prefix: start.subarray(0, start.length - (start.length % 3)).toString('base64url'),
    async seal(text, purpose) {
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ ...header, purpose })
        .encrypt(await current.key());
    },
    async reseal(sealed) {
      const purpose = purposeOf(sealed);
      const text = purpose === null ? null : await sealer.open(sealed, purpose);
      return text === null ? null : sealer.seal(text, purpose!);
    },
    async open(sealed, purpose) {
      try {
        const header = decodeProtectedHeader(sealed);
        const key = keys.find(({ kid }) => kid === header.kid);
        if (!key || header.purpose !== purpose) return null;
        const { plaintext } = await compactDecrypt(sealed, await key.key(), {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        });
        return new TextDecoder().decode(plaintext);
      } catch {
        return null; // damaged or forged
      }
    },
  };
  return sealer;
}

function purposeOf(sealed: string): string | null {
  try {
    const { purpose } = decodeProtectedHeader(sealed);
    return typeof purpose === 'string' ? purpose : null;
  } catch {
    return null;
  }
}

/** The id (`kid`) of the key that is derived from a secret. It does not reveal the secret. */
export function keyIdOf(secret: string): string {
  return deriveKey(secret).kid;
}

/** `key` is imported at its first use, and not again each time. */
type Key = { kid: string; key(): Promise<CryptoKey> };

function deriveKey(secret: string): Key {
  const bytes = new Uint8Array(hkdfSync('sha256', secret, 'postroom', 'sealed at rest, version 1', 32));
  let imported: Promise<CryptoKey> | null = null;
  return {
    kid: createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    key() {
      imported ??= crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
      return imported;
    },
  };
}
