import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

// One key set for each URL. jose caches the keys for ten minutes and fetches again for a new `kid`.
const keySets = new Map<string, JWTVerifyGetKey>();

/** The keys published at a URL (RFC 7517), for jose to verify signatures with. */
export function remoteKeySet(jwks: string): JWTVerifyGetKey {
  let keys = keySets.get(jwks);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(jwks), { timeoutDuration: 10_000 });
    keySets.set(jwks, keys);
  }
  return keys;
}

/** Whether an error means an invalid token, and not that the keys could not be fetched. */
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
