import { PassThroughClient } from 'google-auth-library';
import { requestOptions } from '../client.ts';
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
    return check('url', 'ok', `People open Postroom at ${url}, and Google can send them back there.`);
  }
  return check(
    'url',
    'wrong',
    `POSTROOM_URL is ${url}. Google sends people back only to an https address with a name, or to localhost.`,
    'Set POSTROOM_URL to the https address people open, such as https://desk.acme.com, and start Postroom again.',
  );
}

/** Sends an invented code: Google checks the client before the code. */
export async function checkClient(
  google: GoogleClientConfig | null,
  redirectUri: string,
): Promise<SetUpCheck> {
  if (!google) {
    return check(
      'client',
      'missing',
      'GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET are not set.',
      'Make the client in Google’s console as described here, set both in Postroom’s environment or its .env file, and start Postroom again.',
    );
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
  if (answer.kind === 'disconnected' && answer.code === 'client-refused') {
    return check(
      'client',
      'wrong',
      'Google does not know this client, or its secret is another one.',
      'Copy client ID and secret again from Google Auth Platform > Clients into GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET, and start Postroom again.',
    );
  }
  if (answer.kind === 'retry') {
    return check(
      'client',
      'unseen',
      'Google did not answer, so the client could not be checked.',
      'See whether Google can be reached, and check again.',
    );
  }
  return check('client', 'ok', 'Google knows the client and its secret.');
}

function checkFormat({ clientId, clientSecret }: GoogleClientConfig): SetUpCheck | null {
  if (!clientIdPattern.test(clientId)) {
    return check(
      'client',
      'wrong',
      'GOOGLE_CLIENT_ID is not the ID of a client of Google’s.',
      'It looks like 123456789012-abc….apps.googleusercontent.com. Copy it again from Google Auth Platform > Clients, and start Postroom again.',
    );
  }
  if (!clientSecretPattern.test(clientSecret)) {
    return check(
      'client',
      'wrong',
      'GOOGLE_CLIENT_SECRET is not the secret of a client of Google’s.',
      'It is one word, most begin with GOCSPX-. Make a new one at the client in Google Auth Platform > Clients, and start Postroom again.',
    );
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
  if (unreachable.length === 0) return check('reach', 'ok', 'This machine reaches Google.');
  return check(
    'reach',
    'wrong',
    `This machine does not reach ${unreachable.toSorted().join(', ')}.`,
    'Let Postroom out to these addresses on port 443; behind a proxy, set HTTPS_PROXY for it. Then check again.',
  );
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
  const registerText = `Put ${redirectUri} under Authorized redirect URIs of the client, letter by letter.`;
  if (!google) {
    return check('redirect', 'missing', 'There is no client yet that could send people back.', registerText);
  }
  const page = await fetchPage(authorizationUrl(google, { redirectUri, secrets: createSignInSecrets() }));
  if (page.text.includes('redirect_uri_mismatch')) {
    return check(
      'redirect',
      'wrong',
      `The client at Google does not have the redirect address ${redirectUri}.`,
      registerText,
    );
  }
  if (connected) return check('redirect', 'ok', 'An address has been connected: Google sends people back.');
  return check(
    'redirect',
    'unseen',
    'Google complains of nothing, but shows a wrong redirect address for certain only at the first sign-in.',
    registerText,
  );
}

/** The page at a URL, with its final URL, into which Google puts the error. */
async function fetchPage(url: string): Promise<{ reachable: boolean; text: string }> {
  try {
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
