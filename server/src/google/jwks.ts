import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

// One set of keys an address: jose keeps them for ten minutes and fetches again for a new `kid`.
const keySets = new Map<string, JWTVerifyGetKey>();

/** The keys published at an address (RFC 7517), as jose verifies signatures with them. */
export function remoteKeySet(jwks: string): JWTVerifyGetKey {
  let keys = keySets.get(jwks);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(jwks), { timeoutDuration: 10_000 });
    keySets.set(jwks, keys);
  }
  return keys;
}

/** Whether a token is at fault; that its keys could not be fetched is not. */
export function isInvalidToken(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed
  );
}
