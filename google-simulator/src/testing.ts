import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library';
import { defaultClient } from './clients.ts';
import { type RunningSimulator, startSimulator } from './server.ts';

/** For tests: a simulator with the demo accounts on a free port and in a new directory; `end` stops and deletes it. */
export async function startForTest(): Promise<RunningSimulator & { end(): Promise<void> }> {
  const stateDirectory = mkdtempSync(join(tmpdir(), 'google-simulator-'));
  const running = await startSimulator({ port: 0, stateDirectory, seed: 'demo' });
  return {
    ...running,
    async end() {
      await running.stop();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

export const testRedirect = 'http://localhost:5999/back';
export const mailScopes = [
  'https://www.googleapis.com/auth/gmail.readonly',
  'https://www.googleapis.com/auth/gmail.send',
];

/** Google's own client library with the simulator's endpoints. */
export function googleClient(url: string, clientId = defaultClient.clientId, secret = defaultClient.secret) {
  return new OAuth2Client({
    clientId,
    clientSecret: secret,
    redirectUri: testRedirect,
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      oauth2FederatedSignonPemCertsUrl: `${url}/oauth2/v1/certs`,
    },
    issuers: [url],
  });
}

/** An authorization URL with PKCE, as Postroom creates it. */
export function authorizationUrl(client: OAuth2Client, extra: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const url = client.generateAuthUrl({
    scope: ['openid', 'email', ...mailScopes],
    access_type: 'offline',
    prompt: 'consent select_account',
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: CodeChallengeMethod.S256,
    ...extra,
  });
  return { url, verifier };
}

/** Submits the consent form and returns the URL of the redirect. */
export async function answerConsent(
  authorization: string,
  email: string,
  choice: { answer?: 'allow' | 'deny'; ticked?: string[] } = {},
): Promise<URL> {
  const { origin, search } = new URL(authorization);
  const form = new URLSearchParams({
    request: search.slice(1),
    account: email,
    answer: choice.answer ?? 'allow',
  });
  for (const scope of choice.ticked ?? mailScopes) form.append('scope_granted', scope);
  const response = await fetch(`${origin}/o/oauth2/v2/auth/consent`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const location = response.headers.get('location');
  if (!location) throw new Error(`No way back: ${response.status} ${await response.text()}`);
  return new URL(location);
}

/** The whole authorization code flow for one account; returns its tokens. */
export async function signIn(url: string, email: string, extra: Record<string, string> = {}) {
  const client = googleClient(url);
  const { url: authorization, verifier } = authorizationUrl(client, extra);
  const code = (await answerConsent(authorization, email)).searchParams.get('code')!;
  const { tokens } = await client.getToken({ code, codeVerifier: verifier });
  client.setCredentials(tokens);
  return { client, tokens };
}
