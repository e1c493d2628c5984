import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { type Client, findClient } from '../clients.ts';
import { exchangeCode, type OAuthError, refreshAccess, type Tokens } from '../grants.ts';
import { revokeToken } from '../revocation.ts';
import { readSetting } from '../settings.ts';
import type { Simulator } from '../simulator.ts';
import { signingKey } from './keys.ts';

type Form = Record<string, string | undefined>;

/** /token and /revoke, with Google's request and response formats. */
export function registerToken(app: FastifyInstance, simulator: Simulator): void {
  app.post<{ Body: Form }>('/token', async (request, reply) => {
    const fault = await simulator.hooks.oauth?.('token', request, reply);
    if (fault === 'answered') return reply;
    const form = request.body ?? {};
    const client = authenticateClient(simulator, request, form);
    if ('error' in client) return sendOAuthError(reply, 401, client);
    const answer = grant(simulator, client, form);
    if (answer.kind === 'error')
      return sendOAuthError(reply, answer.error === 'unauthorized_client' ? 401 : 400, answer);
    if (fault === 'drop-response') return dropResponse(reply);
    return reply.header('cache-control', 'no-store').send(await describe(simulator, client, answer));
  });

  app.post<{ Body: Form | null; Querystring: Form }>('/revoke', async (request, reply) => {
    const fault = await simulator.hooks.oauth?.('revoke', request, reply);
    if (fault === 'answered') return reply;
    const token = request.query.token ?? request.body?.token;
    if (!token)
      return sendOAuthError(reply, 400, failed('invalid_request', 'Missing required parameter: token'));
    if (!revokeToken(simulator, token)) {
      return sendOAuthError(reply, 400, failed('invalid_token', 'Token expired or revoked'));
    }
    return fault === 'drop-response' ? dropResponse(reply) : reply.send({});
  });
}

/** Closes the connection after the request was executed, before the response. */
function dropResponse(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

/** By the form's client_id and client_secret, or HTTP Basic (RFC 6749 §2.3.1). */
function authenticateClient({ store }: Simulator, request: FastifyRequest, form: Form): Client | OAuthError {
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
  const clientId = form.client_id ?? (basicId && decodeURIComponent(basicId));
  const secret = form.client_secret ?? (basicSecret && decodeURIComponent(basicSecret));
  const client = clientId ? findClient(store, clientId) : undefined;
  if (!client) return failed('invalid_client', 'The OAuth client was not found.');
  if (client.secret !== secret) return failed('invalid_client', 'Unauthorized');
  return client;
}

function grant(simulator: Simulator, client: Client, form: Form): Tokens | OAuthError {
  switch (form.grant_type) {
    case 'authorization_code':
      if (!form.code) return failed('invalid_request', 'Missing required parameter: code');
      return exchangeCode(simulator, client, {
        code: form.code,
        redirectUri: form.redirect_uri ?? '',
        verifier: form.code_verifier,
      });
    case 'refresh_token':
      if (!form.refresh_token) return failed('invalid_request', 'Missing required parameter: refresh_token');
      return refreshAccess(simulator, client, form.refresh_token);
    default:
      return failed('unsupported_grant_type', `Invalid grant_type: ${form.grant_type ?? ''}`);
  }
}

async function describe(simulator: Simulator, client: Client, tokens: Tokens): Promise<object> {
  const openId = tokens.scope.split(' ').includes('openid');
  return {
    access_token: tokens.accessToken,
    expires_in: tokens.expiresIn,
    ...(tokens.refreshToken && { refresh_token: tokens.refreshToken }),
    scope: tokens.scope,
    token_type: 'Bearer',
    ...(openId && { id_token: await idToken(simulator, client, tokens) }),
  };
}

/** The setting that names a deliberate defect of id_tokens, until it is removed. */
export const idTokenFaultSetting = 'id_token fault';
export type IdTokenFault = 'wrong-key' | 'wrong-audience' | 'wrong-issuer' | 'wrong-nonce' | 'expired';

async function idToken(simulator: Simulator, client: Client, tokens: Tokens): Promise<string> {
  const { store, origin } = simulator;
  const { account, scope, nonce } = tokens;
  const fault = readSetting(simulator, idTokenFaultSetting) as IdTokenFault | undefined;
  const granted = new Set(scope.split(' '));
  const { kid, ...own } = signingKey(store);
  const key = fault === 'wrong-key' ? (await generateKeyPair('RS256')).privateKey : own;
  // Real time and not the movable clock, because the verifier's clock was not moved.
  const issuedAt = Math.floor(Date.now() / 1000) - (fault === 'expired' ? 7200 : 0);
  return new SignJWT({
    azp: client.clientId,
    ...(account.hd !== null && { hd: account.hd }),
    ...(granted.has('https://www.googleapis.com/auth/userinfo.email') && {
      email: account.signsInAs ?? account.email,
      email_verified: account.emailVerified,
    }),
    ...(granted.has('https://www.googleapis.com/auth/userinfo.profile') && { name: account.name }),
    ...(nonce !== undefined && { nonce: fault === 'wrong-nonce' ? `not ${nonce}` : nonce }),
  })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .setIssuer(fault === 'wrong-issuer' ? 'https://elsewhere.example' : origin)
    .setAudience(fault === 'wrong-audience' ? 'another-client' : client.clientId)
    .setSubject(account.sub)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3600)
    .sign(key);
}

function failed(error: string, description: string): OAuthError {
  return { kind: 'error', error, description };
}

function sendOAuthError(
  reply: FastifyReply,
  status: number,
  { error, description }: OAuthError,
): FastifyReply {
  return reply.code(status).send({ error, error_description: description });
}
