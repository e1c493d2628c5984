import { createPublicKey } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { authenticate } from '../grants.ts';
import type { Simulator } from '../simulator.ts';
import { publicKeys } from './keys.ts';

/** The discovery document, the public keys and userinfo. */
export function registerDiscovery(app: FastifyInstance, simulator: Simulator): void {
  app.get('/.well-known/openid-configuration', () => {
    const { origin } = simulator;
    return {
      issuer: origin,
      authorization_endpoint: `${origin}/o/oauth2/v2/auth`,
      token_endpoint: `${origin}/token`,
      userinfo_endpoint: `${origin}/v1/userinfo`,
      revocation_endpoint: `${origin}/revoke`,
      jwks_uri: `${origin}/oauth2/v3/certs`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'email', 'profile'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      claims_supported: ['aud', 'email', 'email_verified', 'exp', 'hd', 'iat', 'iss', 'name', 'sub'],
      code_challenge_methods_supported: ['plain', 'S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
    };
  });

  app.get('/oauth2/v3/certs', (_request, reply) =>
    reply.header('cache-control', 'public, max-age=20000').send({ keys: publicKeys(simulator.store) }),
  );

  // The keys as PEM, where Google's client libraries read them (Google returns certificates).
  app.get('/oauth2/v1/certs', () =>
    Object.fromEntries(
      publicKeys(simulator.store).map((key) => {
        const pem = createPublicKey({ key: { ...key, kty: key.kty! }, format: 'jwk' });
        return [key.kid, pem.export({ type: 'spki', format: 'pem' })];
      }),
    ),
  );

  app.get('/v1/userinfo', (request, reply) => {
    const caller = authenticate(simulator, request.headers.authorization);
    if (caller.kind === 'invalid') {
      return reply.code(401).send({ error: 'invalid_request', error_description: 'Invalid Credentials' });
    }
    const { sub, name, email, hd, emailVerified } = caller.account;
    return { sub, name, email, email_verified: emailVerified, ...(hd !== null && { hd }) };
  });
}
