import { jwtVerify } from 'jose';
import { storedProblem } from '../problems.ts';
import type { GoogleClientConfig } from './config.ts';
import { failureOfThrown, type GoogleResult } from './errors.ts';
import { isInvalidToken, remoteKeySet } from './jwks.ts';

/** The account that signed in at Google. `sub` never changes; the address may. */
export type GoogleAccount = {
  sub: string;
  email: string;
  emailVerified: boolean;
  /** The Workspace domain (`hd`); null for a consumer account, whatever its address (OpenID Connect). */
  hostedDomain: string | null;
};

/** Verifies an id_token (OpenID Connect Core, section 3.1.3.7): signature, issuer, audience, expiry, nonce. */
export async function verifyIdToken(
  config: GoogleClientConfig,
  idToken: string,
  nonce: string,
  now: Date,
): Promise<GoogleResult<GoogleAccount>> {
  const { issuer, jwks } = config.addresses;
  try {
    const { payload } = await jwtVerify(idToken, remoteKeySet(jwks), {
      algorithms: ['RS256'],
      // The issuer in Google's tokens is with or without the scheme.
      issuer: [issuer, issuer.replace(/^https:\/\//, '')],
      audience: config.clientId,
      requiredClaims: ['sub', 'email', 'exp', 'iat', 'nonce'],
      clockTolerance: 60,
      currentDate: now,
    });
    if (payload.nonce !== nonce) return invalidIdToken;
    return {
      kind: 'ok',
      value: {
        sub: String(payload.sub),
        email: String(payload.email),
        // In Google's own sample it is a string.
        emailVerified: payload.email_verified === true || payload.email_verified === 'true',
        hostedDomain: typeof payload.hd === 'string' && payload.hd !== '' ? payload.hd : null,
      },
    };
  } catch (error) {
    if (isInvalidToken(error)) return invalidIdToken;
    return failureOfThrown(error, 'keys', now);
  }
}

const invalidIdToken: GoogleResult<never> = {
  kind: 'refused',
  problem: storedProblem('id-token-invalid'),
};
