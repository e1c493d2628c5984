import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Store } from '../store.ts';

export const keysSql = `
  CREATE TABLE signing_keys (kid TEXT PRIMARY KEY, private_jwk TEXT NOT NULL, public_jwk TEXT NOT NULL)`;

/** Creates the RS256 key that signs id_tokens and push tokens, once for each state directory. */
export async function ensureSigningKey(store: Store): Promise<void> {
  if (store.get('SELECT kid FROM signing_keys')) return;
  const pair = await generateKeyPair('RS256', { extractable: true });
  const kid = crypto.randomUUID().replaceAll('-', '');
  const describe = async (key: CryptoKey): Promise<string> =>
    JSON.stringify({ ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' });
  store.run(
    'INSERT INTO signing_keys VALUES (?, ?, ?)',
    kid,
    await describe(pair.privateKey),
    await describe(pair.publicKey),
  );
}

/** The private key, as a JWK with its kid. */
export function signingKey(store: Store): JWK & { kid: string } {
  const row = store.get<{ private_jwk: string }>('SELECT private_jwk FROM signing_keys');
  if (!row) throw new Error('ensureSigningKey was not called');
  return JSON.parse(row.private_jwk);
}

/** The public keys, as /oauth2/v3/certs shows them. */
export function publicKeys(store: Store): JWK[] {
  return store
    .all<{ public_jwk: string }>('SELECT public_jwk FROM signing_keys')
    .map((row) => JSON.parse(row.public_jwk));
}
