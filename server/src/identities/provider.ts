import type { Configuration, IDToken } from 'openid-client';
import { loadLater } from '../load-later.ts';
import { createProblem, type Problem, ProblemError } from '../problems.ts';

/** The providers that people can sign in with; `oidc`: the one that the environment configures. */
export const providerIds = ['google', 'oidc'] as const;
export type ProviderId = (typeof providerIds)[number];

/** Where a provider is and how it knows this deployment. */
export type ProviderConfig = {
  id: ProviderId;
  /** As the buttons call it. */
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The path that the provider redirects back to. */
  callbackPath: string;
  /** Google's addresses are configured; those of other providers are discovered at the issuer. */
  endpoints: { authorization: string; token: string; jwks: string } | null;
  /** Addresses count as verified although the provider does not say so (`email_verified`). */
  trustsEmail: boolean;
  /** Only accounts of a Google Workspace (`hd`). */
  workspaceOnly: boolean;
};

/** Secrets of one sign-in, used once: state and code verifier (RFC 6749, RFC 7636), nonce (OpenID Connect). */
export type SignInSecrets = { state: string; nonce: string; codeVerifier: string };

/** Who signed in at a provider. */
export type ProviderAccount = {
  issuer: string;
  /** The `sub`, which never changes. */
  subject: string;
  /** Lower case; null if the provider does not tell it. */
  email: string | null;
  emailVerified: boolean;
  /** The Google Workspace domain (`hd`); null for a consumer account, and at other providers. */
  hostedDomain: string | null;
  name: string | null;
};

export type Provider = {
  config: ProviderConfig;
  /** Where the person continues at the provider. Throws a problem while the provider cannot be reached. */
  authorizationUrl(secrets: SignInSecrets): Promise<string>;
  /**
   * Exchanges the code in the query of the callback, and verifies the id_token: signature, issuer, audience, expiry and
   * nonce (OpenID Connect Core, section 3.1.3.7). Throws a problem.
   */
  accountOf(query: URLSearchParams, secrets: SignInSecrets): Promise<ProviderAccount>;
};

const oidc = loadLater<typeof import('openid-client')>('openid-client');

const scope = 'openid email profile';
const timeoutSeconds = 10;

/** `url`: the address people open. No token of the provider is kept, and no refresh token is asked for. */
export function openProvider(config: ProviderConfig, url: string): Provider {
  const redirectUri = `${url}${config.callbackPath}`;
  // One discovery for all requests; after a failure the next request tries again.
  let opened: Promise<Configuration> | null = null;
  const client = () => {
    opened ??= configure(config).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    config,
    async authorizationUrl({ state, nonce, codeVerifier }) {
      try {
        const target = oidc().buildAuthorizationUrl(await client(), {
          redirect_uri: redirectUri,
          scope,
          state,
          nonce,
          code_challenge: await oidc().calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
          // People have several Google accounts, and the wrong one may be chosen already.
          ...(config.id === 'google' && { prompt: 'select_account' }),
        });
        return target.href;
      } catch (error) {
        throw failure(error, config);
      }
    },
    async accountOf(query, { state, nonce, codeVerifier }) {
      try {
        const tokens = await oidc().authorizationCodeGrant(
          await client(),
          new URL(`${redirectUri}?${query}`),
          {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: codeVerifier,
            idTokenExpected: true,
          },
        );
        return readClaims(config, tokens.claims()!);
      } catch (error) {
        throw failure(error, config);
      }
    },
  };
}

/** Whether the provider of an issuer answers, with the endpoints that are needed; for the doctor. */
export async function checkDiscovery(config: ProviderConfig): Promise<void> {
  const { authorization_endpoint, token_endpoint, jwks_uri } = (await configure(config)).serverMetadata();
  const missing = Object.entries({ authorization_endpoint, token_endpoint, jwks_uri }).find(([, at]) => !at);
  if (missing) throw new Error(`its discovery document has no ${missing[0]}`);
}

async function configure(config: ProviderConfig): Promise<Configuration> {
  const { issuer, clientId, clientSecret, endpoints } = config;
  // The configuration allows http: on this machine only, for the simulator.
  const insecure = issuer.startsWith('http:') ? [oidc().allowInsecureRequests] : [];
  if (!endpoints) {
    return oidc().discovery(new URL(issuer), clientId, clientSecret, undefined, {
      execute: [...insecure, oidc().enableNonRepudiationChecks],
      timeout: timeoutSeconds,
    });
  }
  const client = new (oidc().Configuration)(
    {
      issuer,
      authorization_endpoint: endpoints.authorization,
      token_endpoint: endpoints.token,
      jwks_uri: endpoints.jwks,
    },
    clientId,
    clientSecret,
  );
  client.timeout = timeoutSeconds;
  for (const apply of [...insecure, oidc().enableNonRepudiationChecks]) apply(client);
  return client;
}

function readClaims(config: ProviderConfig, claims: IDToken): ProviderAccount {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const email = text(claims.email)?.toLowerCase() ?? null;
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email,
    // In Google's own sample it is a string.
    emailVerified:
      email !== null &&
      (config.trustsEmail || claims.email_verified === true || claims.email_verified === ('true' as unknown)),
    hostedDomain: config.id === 'google' ? (text(claims.hd)?.toLowerCase() ?? null) : null,
    name: text(claims.name)?.trim() || null,
  };
}

/** What to tell the person, with the error as its cause. */
function failure(error: unknown, { name: provider }: ProviderConfig): ProblemError {
  const thrown = new ProblemError(problemOf(error, provider));
  thrown.cause = error;
  return thrown;
}

/** That the provider answered nothing usable: a timeout, a server error, the page of a captive portal. */
const unanswered = new Set(['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']);

function problemOf(error: unknown, provider: string): Problem {
  if (error instanceof oidc().AuthorizationResponseError && error.error === 'access_denied') {
    return createProblem(400, 'provider-cancelled', { provider });
  }
  // Of the token endpoint: the code was used before, or the client is not accepted.
  if (error instanceof oidc().AuthorizationResponseError || error instanceof oidc().ResponseBodyError) {
    return createProblem(400, 'provider-refused', { provider, error: error.error });
  }
  const answered = error instanceof oidc().ClientError && !unanswered.has(error.code ?? '');
  return answered
    ? createProblem(400, 'provider-answer-invalid', { provider })
    : createProblem(503, 'provider-away', { provider });
}
