import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { findAccount } from '../accounts.ts';
import { defaultClient } from '../clients.ts';
import { signingKey } from '../sign-in/keys.ts';
import type { Simulator } from '../simulator.ts';

const schema = 'https://schemas.openid.net/secevent/';
/** The event types that Google sends, by short name (developers.google.com/identity/protocols/risc). */
const eventTypes: Record<string, string> = {
  'sessions-revoked': `${schema}risc/event-type/sessions-revoked`,
  'tokens-revoked': `${schema}oauth/event-type/tokens-revoked`,
  'token-revoked': `${schema}oauth/event-type/token-revoked`,
  'account-disabled': `${schema}risc/event-type/account-disabled`,
  'account-enabled': `${schema}risc/event-type/account-enabled`,
  'account-credential-change-required': `${schema}risc/event-type/account-credential-change-required`,
  verification: `${schema}risc/event-type/verification`,
};

/** A deliberate defect of a token. */
export type SecurityEventFault = 'wrong-key' | 'unknown-key' | 'wrong-audience' | 'wrong-issuer' | 'expired';

export type SecurityEventRequest = {
  /** The URL it is pushed to. */
  receiver: string;
  /** The account it is about; not needed for `verification`. */
  account?: string;
  /** A short name of those above, or any event type in full. */
  event: string;
  /** Of `account-disabled`: hijacking or bulk-account. */
  reason?: string;
  /** Of `verification`. */
  state?: string;
  /** How `token-revoked` names the token, which is the account's newest refresh token. */
  tokenIdentifier?: 'prefix' | 'hash_base64_sha512_sha512';
  /** The event's id; a second event with the same id is a duplicate. */
  jti?: string;
  /** Seconds since 1970; now by the simulated clock unless given. */
  issuedAt?: number;
  fault?: SecurityEventFault;
};

/** Cross-Account Protection (RISC): its configuration document, and the control that pushes an event. */
export function registerSecurityEvents(app: FastifyInstance, simulator: Simulator): void {
  // As at Google, this issuer ends in a slash, unlike the one of id_tokens.
  app.get('/.well-known/risc-configuration', () => ({
    issuer: `${simulator.origin}/`,
    jwks_uri: `${simulator.origin}/oauth2/v3/certs`,
    delivery_methods_supported: ['https://schemas.openid.net/secevent/risc/delivery-method/push'],
  }));

  app.post<{ Body: SecurityEventRequest }>('/control/security-events', async (request, reply) => {
    const { account } = request.body;
    if (account !== undefined && !findAccount(simulator.store, account)) {
      return reply.code(404).send({ error: 'There is no such account here.' });
    }
    return pushSecurityEvent(simulator, request.body);
  });
}

/** Signs a security event token (RFC 8417), pushes it (RFC 8935) and returns the receiver's response. */
export async function pushSecurityEvent(
  simulator: Simulator,
  request: SecurityEventRequest,
): Promise<{ jti: string; status: number; body: string }> {
  const { receiver, jti = crypto.randomUUID() } = request;
  const response = await fetch(receiver, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/secevent+jwt', accept: 'application/json' },
    body: await securityEventToken(simulator, { ...request, jti }),
    signal: AbortSignal.any([simulator.stopping, AbortSignal.timeout(30_000)]),
  });
  return { jti, status: response.status, body: await response.text() };
}

async function securityEventToken(
  simulator: Simulator,
  request: SecurityEventRequest & { jti: string },
): Promise<string> {
  const { event, fault, reason, state } = request;
  const own = signingKey(simulator.store);
  const key = fault === 'wrong-key' ? (await generateKeyPair('RS256')).privateKey : own;
  const kid = fault === 'unknown-key' ? 'a-key-nobody-published' : own.kid;
  const iat = request.issuedAt ?? Math.floor(simulator.clock.now() / 1000);
  const details = {
    ...(request.account !== undefined && { subject: subjectOf(simulator, request) }),
    ...(reason !== undefined && { reason }),
    ...(state !== undefined && { state }),
  };
  const token = new SignJWT({ events: { [eventTypes[event] ?? event]: details } })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'secevent+jwt' })
    .setIssuer(fault === 'wrong-issuer' ? simulator.origin : `${simulator.origin}/`)
    .setAudience(fault === 'wrong-audience' ? 'another-client' : defaultClient.clientId)
    .setIssuedAt(iat)
    .setJti(request.jti);
  if (fault === 'expired') token.setExpirationTime(iat - 3600);
  return token.sign(key);
}

function subjectOf({ store, origin }: Simulator, request: SecurityEventRequest): object {
  const { sub } = findAccount(store, request.account!)!;
  if (request.event !== 'token-revoked') return { subject_type: 'iss-sub', iss: `${origin}/`, sub };
  const row = store.get<{ token: string }>(
    'SELECT token FROM refresh_tokens WHERE sub = ? ORDER BY rowid DESC LIMIT 1',
    sub,
  );
  const token = row?.token ?? '';
  const sha512 = (data: string | Buffer) => createHash('sha512').update(data).digest();
  const algorithm = request.tokenIdentifier ?? 'prefix';
  return {
    subject_type: 'oauth_token',
    token_type: 'refresh_token',
    token_identifier_alg: algorithm,
    token: algorithm === 'prefix' ? token.slice(0, 16) : sha512(sha512(token)).toString('base64'),
  };
}
