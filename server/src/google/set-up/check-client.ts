import { authLibrary, requestOptions } from '../client.ts';
import { type GoogleAddresses, type GoogleClientConfig, googleAddresses } from '../config.ts';
import { failureOfThrown } from '../errors.ts';
import { authorizationUrl, createSignInSecrets, exchangeCode } from '../oauth.ts';
import { check, type SetUpCheck } from './set-up-check.ts';

const clientIdPattern = /^\d+-[\w-]+\.apps\.googleusercontent\.com$/;
const clientSecretPattern = /^[\w-]{20,}$/;
/** Milliseconds; short, because an admin waits for it. */
const timeoutMs = 10_000;

/** A redirect URI must use https, except on localhost, and no IP address (docs/gmail.md, section 1). */
export function checkUrl(url: string): SetUpCheck {
  const { protocol, hostname } = new URL(url);
  const local = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
  const isIpAddress = /^[\d.]+$|^\[/.test(hostname);
  if (local || (protocol === 'https:' && !isIpAddress)) {
    return check('url', 'ok', 'url-reachable', { url });
  }
  return check('url', 'wrong', 'url-not-https', { url });
}

/** Sends an invented code: Google checks the client before the code. */
export async function checkClient(
  google: GoogleClientConfig | null,
  redirectUri: string,
): Promise<SetUpCheck> {
  if (!google) {
    return check('client', 'missing', 'client-missing');
  }
  if (google.addresses.token === googleAddresses.token) {
    const formatProblem = checkFormat(google);
    if (formatProblem) return formatProblem;
  }
  const secrets = createSignInSecrets();
  const answer = await exchangeCode(google, {
    code: 'set-up-check',
    redirectUri,
    secrets,
    now: new Date(),
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (answer.kind === 'disconnected' && answer.code === 'oauth-client-rejected') {
    return check('client', 'wrong', 'client-refused');
  }
  if (answer.kind === 'retry') {
    return check('client', 'unknown', 'client-unknown');
  }
  return check('client', 'ok', 'client-known');
}

function checkFormat({ clientId, clientSecret }: GoogleClientConfig): SetUpCheck | null {
  if (!clientIdPattern.test(clientId)) {
    return check('client', 'wrong', 'client-id-malformed');
  }
  if (!clientSecretPattern.test(clientSecret)) {
    return check('client', 'wrong', 'client-secret-malformed');
  }
  return null;
}

/** Whether each of Google's servers responds, with whatever status. */
export async function checkReachability(addresses: GoogleAddresses): Promise<SetUpCheck> {
  const { token, jwks, gmailRoot, pubsubRoot, authorization } = addresses;
  const servers = new Set(
    [authorization, token, jwks, gmailRoot, pubsubRoot].map((at) => new URL(at).origin),
  );
  const unreachable: string[] = [];
  await Promise.all(
    [...servers].map(async (origin) => {
      if (!(await fetchPage(`${origin}/`)).reachable) unreachable.push(new URL(origin).host);
    }),
  );
  if (unreachable.length === 0) return check('reach', 'ok', 'reach-all');
  return check('reach', 'wrong', 'reach-missing', { hosts: unreachable.toSorted().join(', ') });
}

/**
 * For a wrong redirect URI, Google's sign-in shows redirect_uri_mismatch (docs/gmail.md, section 1). A page
 * without that proves nothing; a connected mailbox does.
 */
export async function checkRedirect(
  google: GoogleClientConfig | null,
  redirectUri: string,
  connected: boolean,
): Promise<SetUpCheck> {
  if (!google) {
    return check('redirect', 'missing', 'redirect-without-client', { redirectUri });
  }
  const page = await fetchPage(authorizationUrl(google, { redirectUri, secrets: createSignInSecrets() }));
  if (page.text.includes('redirect_uri_mismatch')) {
    return check('redirect', 'wrong', 'redirect-mismatch', { redirectUri });
  }
  if (connected) return check('redirect', 'ok', 'redirect-works');
  return check('redirect', 'unknown', 'redirect-unknown', { redirectUri });
}

/** The page at a URL, with its final URL, into which Google puts the error. */
async function fetchPage(url: string): Promise<{ reachable: boolean; text: string }> {
  try {
    const { PassThroughClient } = authLibrary();
    const answer = await new PassThroughClient().request<string>({
      url,
      responseType: 'text',
      validateStatus: () => true,
      ...requestOptions(timeoutMs),
    });
    const finalUrl = (answer as { request?: { responseURL?: string } }).request?.responseURL ?? '';
    const complaint = new URL(finalUrl || url).searchParams.get('authError') ?? '';
    return {
      reachable: true,
      text: `${String(answer.data)} ${Buffer.from(complaint, 'base64').toString('latin1')}`,
    };
  } catch (error) {
    const failure = failureOfThrown(error, 'keys', new Date());
    return { reachable: failure.kind !== 'retry', text: '' };
  }
}
