import { type Client, findClient, redirectAllowed } from '../clients.ts';
import type { Store } from '../store.ts';
import { canonicalScopes, describeScope } from './scopes.ts';

/** A valid authorization request. */
export type AuthorizationRequest = {
  client: Client;
  redirectUri: string;
  scopes: string[];
  state?: string;
  nonce?: string;
  challenge?: string;
  challengeMethod?: 'S256' | 'plain';
  offline: boolean;
  prompts: Set<string>;
  loginHint?: string;
  hd?: string;
  includeGranted: boolean;
};

/** An error shown on Google's own page, without a redirect to the app. */
export type BlockedRequest = { kind: 'blocked'; status: number; error: string; detail: string };

/** Validates the query of /o/oauth2/v2/auth as Google does. */
export function readAuthorizationRequest(
  store: Store,
  query: Record<string, unknown>,
): { kind: 'ok'; request: AuthorizationRequest } | BlockedRequest {
  const text = (name: string): string | undefined => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const clientId = text('client_id');
  if (!clientId) return missing('client_id');
  const client = findClient(store, clientId);
  if (!client) return blocked(401, 'invalid_client', 'The OAuth client was not found.');
  const redirectUri = text('redirect_uri');
  if (!redirectUri) return missing('redirect_uri');
  if (!redirectAllowed(client, redirectUri)) {
    const detail = `The redirect address ${redirectUri} is not registered for this app (client ${clientId}).`;
    return blocked(400, 'redirect_uri_mismatch', detail);
  }
  const responseType = text('response_type');
  if (!responseType) return missing('response_type');
  if (responseType !== 'code') {
    return blocked(400, 'unsupported_response_type', `Invalid response_type: ${responseType}`);
  }
  const scope = text('scope');
  if (!scope) return missing('scope');
  const scopes = canonicalScopes(scope);
  const unknown = scopes.filter((name) => describeScope(name) === undefined);
  if (unknown.length > 0) {
    return blocked(
      400,
      'invalid_scope',
      `Some requested scopes were invalid. {invalid=[${unknown.join(', ')}]}`,
    );
  }
  const challenge = text('code_challenge');
  // RFC 7636 §4.3: the default method is "plain".
  const challengeMethod = text('code_challenge_method') ?? 'plain';
  if (challenge && challengeMethod !== 'S256' && challengeMethod !== 'plain') {
    return blocked(400, 'invalid_request', `Invalid code_challenge_method: ${challengeMethod}`);
  }
  return {
    kind: 'ok',
    request: {
      client,
      redirectUri,
      scopes,
      state: text('state'),
      nonce: text('nonce'),
      challenge,
      challengeMethod: challenge ? (challengeMethod as 'S256' | 'plain') : undefined,
      offline: text('access_type') === 'offline',
      prompts: new Set((text('prompt') ?? '').split(' ').filter(Boolean)),
      loginHint: text('login_hint'),
      hd: text('hd'),
      includeGranted: text('include_granted_scopes') === 'true',
    },
  };
}

function blocked(status: number, error: string, detail: string): BlockedRequest {
  return { kind: 'blocked', status, error, detail };
}

function missing(parameter: string): BlockedRequest {
  return blocked(400, 'invalid_request', `Missing required parameter: ${parameter}`);
}
