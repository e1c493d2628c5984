import { jwtVerify } from 'jose';
import type { GoogleClientConfig } from './config.ts';
import { failureOfThrown, type GoogleResult } from './errors.ts';
import { isInvalidToken, remoteKeySet } from './jwks.ts';
import type { PushTarget } from './pubsub.ts';

/**
 * Verifies the token that Pub/Sub sends with a push: Google's signature and issuer, our endpoint as
 * audience, the subscription's service account. `false`: it is not valid.
 * Source: docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
 */
export async function verifyPushToken(
  { addresses }: GoogleClientConfig,
  token: string,
  { endpoint, serviceAccount }: PushTarget,
  now: Date,
): Promise<GoogleResult<boolean>> {
  try {
    const { payload } = await jwtVerify(token, remoteKeySet(addresses.jwks), {
      algorithms: ['RS256'],
      issuer: [addresses.issuer, addresses.issuer.replace(/^https:\/\//, '')],
      audience: endpoint,
      requiredClaims: ['email', 'exp'],
      clockTolerance: 60,
      currentDate: now,
    });
    const verified = payload.email_verified === true || payload.email_verified === 'true';
    return { kind: 'ok', value: verified && payload.email === serviceAccount };
  } catch (error) {
    if (isInvalidToken(error)) return { kind: 'ok', value: false };
    return failureOfThrown(error, 'keys', now);
  }
}
